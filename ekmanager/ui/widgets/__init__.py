"""Elements that pages share: our own components, one typed wrapper a file, and the clock of live parts."""
