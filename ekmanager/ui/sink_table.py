"""The usual sinks in short, for servers that do not describe theirs, and what no server describes."""

from __future__ import annotations

from collections.abc import Mapping

from ekmanager.ekuiper.models import JSON
from ekmanager.ui.properties import PropertySpec

USUAL: Mapping[str, tuple[str, str, tuple[PropertySpec, ...]]] = {
    "mqtt": (
        "MQTT",
        "Publishes results to a topic of an MQTT broker.",
        (
            PropertySpec(
                "server", "Broker", required=True, connection_related=True, example="tcp://127.0.0.1:1883", kind="text"
            ),
            PropertySpec("topic", "Topic", "May be a template of the result's fields.", required=True),
            PropertySpec("qos", "QoS", kind="choice", default=0, choices=(0, 1, 2)),
            PropertySpec("retained", "Retained", kind="bool", default=False),
            PropertySpec("clientId", "Client id", connection_related=True),
            PropertySpec("username", "User name", connection_related=True),
            PropertySpec("password", "Password", kind="secret", connection_related=True),
        ),
    ),
    "log": ("Log", "Prints results to the server's log.", ()),
    "rest": (
        "REST",
        "Sends results to an HTTP server.",
        (
            PropertySpec("url", "URL", required=True, example="http://192.168.0.10:8080/results"),
            PropertySpec(
                "method", "Method", kind="choice", choices=("POST", "PUT", "GET", "DELETE", "HEAD"), example="POST"
            ),
            PropertySpec(
                "bodyType",
                "Body",
                kind="choice",
                choices=("json", "text", "html", "xml", "javascript", "form", "none"),
            ),
            PropertySpec("headers", "HTTP headers", kind="object"),
            PropertySpec("timeout", "Timeout, ms", kind="int", default=5000),
        ),
    ),
    "memory": (
        "Memory",
        "Hands results to a topic in the server's memory, where a stream of another rule reads them.",
        (PropertySpec("topic", "Topic", required=True),),
    ),
    "file": (
        "File",
        "Writes results to a file on the server.",
        (
            PropertySpec("path", "Path", required=True),
            PropertySpec("fileType", "File type", kind="choice", default="lines", choices=("lines", "json", "csv")),
        ),
    ),
    "redis": (
        "Redis",
        "Stores results in Redis.",
        (
            PropertySpec("addr", "Address", required=True, example="127.0.0.1:6379"),
            PropertySpec("db", "Database", kind="int", required=True, example=0),
            PropertySpec("password", "Password", kind="secret"),
            PropertySpec("key", "Key", "The key, or else the field whose value is the key, must be given."),
            PropertySpec("field", "Field with the key"),
            PropertySpec("dataType", "Data type", kind="choice", default="string", choices=("string", "list")),
        ),
    ),
    "sql": (
        "SQL",
        "Writes results to a table of an SQL database.",
        (
            PropertySpec(
                "url",
                "Database URL",
                "Special letters of the password are percent-encoded.",
                required=True,
                example="mysql://user@127.0.0.1:3306/name",
            ),
            PropertySpec("table", "Table", required=True),
            PropertySpec("fields", "Columns", kind="list"),
        ),
    ),
    "nop": (
        "Nop",
        "Drops results: for measuring.",
        (PropertySpec("log", "Print to the log", kind="bool", default=False),),
    ),
}
"""By type: its name for people, what it does, its most used properties."""

NOT_TAKEN: Mapping[tuple[str, str], JSON] = {
    ("rest", "method"): None,
    ("rest", "bodyType"): None,
    ("rest", "insecureSkipVerify"): None,
    ("rest", "debugResp"): None,
    ("file", "rollingCount"): None,
    ("redis", "key"): "",
    ("redis", "field"): "",
}
"""By (type, property): where the described default is only a proposal, what may be shown as the default.

eKuiper 2.4.0 describes a POST for `rest` and sends a GET, describes 10,000 records a file and writes 1,000,000, says
that certificates are not verified and verifies them.
"""


COMMON: Mapping[str, tuple[PropertySpec, ...]] = {
    "What is sent": (
        PropertySpec(
            "sendSingle", "One message a row", "Off: all rows of a result are one message.", "bool", default=False
        ),
        PropertySpec("omitIfEmpty", "Leave out empty results", "", "bool", default=False),
        PropertySpec(
            "dataTemplate",
            "Data template",
            "A Go template that makes the message from the result, for example {{json .}}.",
            "long",
        ),
        PropertySpec("fields", "Fields", "Only these fields are sent.", "list"),
        PropertySpec("excludeFields", "All fields but", "These fields are not sent.", "list"),
        PropertySpec("dataField", "Nested field", "Only the content of this field is sent."),
    ),
    "Format": (
        PropertySpec(
            "format",
            "Format",
            "",
            "choice",
            default="json",
            choices=("json", "delimited", "binary", "protobuf", "custom", "urlencoded"),
        ),
        PropertySpec("schemaId", "Schema", "For protobuf and custom formats: schema.message."),
        PropertySpec("delimiter", "Delimiter", "For the delimited format.", default=","),
        PropertySpec("hasHeader", "Header line", "For the delimited format.", "bool", default=False),
        PropertySpec("compression", "Compression", "", "choice", choices=("gzip", "zlib", "flate", "zstd")),
        PropertySpec(
            "encryption", "Encryption", "With the key in the server's configuration.", "choice", choices=("aes",)
        ),
    ),
    "Pace": (
        PropertySpec("batchSize", "Rows a batch", "Sent together when so many have come.", "int", default=0),
        PropertySpec("lingerInterval", "Longest wait for a batch, ms", "", "int", default=0),
        PropertySpec("bufferLength", "Buffer, messages", "", "int", default=1024),
        PropertySpec("concurrency", "Instances", "More than one may change the order.", "int", default=1),
    ),
    "Cache while the target is away": (
        PropertySpec("enableCache", "Keep what could not be sent", "Else the server's setting holds.", "bool"),
        PropertySpec("memoryCacheThreshold", "Messages in memory", "", "int", example=1024),
        PropertySpec("maxDiskCache", "Messages on disk", "", "int", example=1024000),
        PropertySpec("bufferPageSize", "Messages a page", "What is written to disk at once.", "int", example=256),
        PropertySpec("resendInterval", "Pause between resent messages", "Milliseconds, or as 2s.", example="0s"),
        PropertySpec("cleanCacheAtStop", "Empty it when the rule stops", "", "bool"),
        PropertySpec("resendAlterQueue", "Resend beside new messages", "A queue of its own.", "bool"),
        PropertySpec(
            "resendPriority",
            "Resend priority",
            "-1: new ones first, 0: equal, 1: old ones first.",
            "choice",
            choices=(-1, 0, 1),
        ),
        PropertySpec("resendIndicatorField", "Field that marks resent ones", "It is set to true."),
        PropertySpec("resendDestination", "Destination of resent ones", "For MQTT: a topic."),
    ),
}
"""What every sink takes, by the heading under which it is found."""

CONFIGURATION = "resourceId"
"""The property that names a stored configuration of the type."""
CONNECTION = "connectionSelector"
"""The property that names a shared connection."""
