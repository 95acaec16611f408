"""The answers of a server, by family. Every operation has one handler: see `table`."""
