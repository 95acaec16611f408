"""Each operation's handler."""

from __future__ import annotations

from ekmanager.simulator.handlers import (
    connections,
    extensions,
    files,
    metadata,
    plugins,
    rule_extras,
    rules,
    ruletest,
    server,
    streams,
    transfer,
    transfer_yaml,
)
from ekmanager.simulator.reply import Handler

_RULES: dict[str, Handler] = {
    "rules.list": rules.list_,
    "rules.create": rules.create,
    "rules.get": rules.get,
    "rules.update": rules.update,
    "rules.delete": rules.delete,
    "rules.start": rules.start,
    "rules.stop": rules.stop,
    "rules.restart": rules.restart,
    "rules.status": rules.status,
    "rules.status_v2": rules.status_v2,
    "rules.status_all": rules.status_all,
    "rules.topology": rules.topology,
    "rules.explain": rules.explain,
    "rules.schema": rules.schema,
    "rules.validate": rules.validate,
    "rules.reset_state": rule_extras.reset_state,
    "rules.set_tags": rule_extras.set_tags,
    "rules.add_tags": rule_extras.add_tags,
    "rules.remove_tags": rule_extras.remove_tags,
    "rules.match_tags": rule_extras.match_tags,
    "rules.bulk_start": rule_extras.bulk_start,
    "rules.bulk_stop": rule_extras.bulk_stop,
    "rules.cpu_usage": rule_extras.cpu_usage,
    "rules.scan_tables": rule_extras.scan_tables,
    "rules.start_trace": rule_extras.start_trace,
    "rules.stop_trace": rule_extras.stop_trace,
    "traces.of_rule": rule_extras.traces_of_rule,
    "traces.get": rule_extras.trace,
    "traces.configure": rule_extras.configure_tracer,
    "ruletest.create": ruletest.create,
    "ruletest.start": ruletest.start,
    "ruletest.delete": ruletest.delete,
}
_TRANSFER: dict[str, Handler] = {
    "ruleset.export": transfer.ruleset_export,
    "ruleset.import": transfer.ruleset_import,
    "data.export": transfer.export,
    "data.export_rules": transfer.export_rules,
    "data.import": transfer.import_,
    "data.import_status": transfer.import_status,
    "data.import_async": transfer.import_async,
    "data.export_v2": transfer_yaml.export_v2,
    "data.import_v2": transfer_yaml.import_v2,
    "tasks.get": transfer.task,
    "tasks.cancel": transfer.task_cancel,
    "uploads.list": files.uploads,
    "uploads.create": files.upload,
    "uploads.delete": files.delete_upload,
}
_EXTENSIONS: dict[str, Handler] = {
    "javascript.list": extensions.scripts,
    "javascript.create": extensions.script_create,
    "javascript.get": extensions.script_get,
    "javascript.update": extensions.script_update,
    "javascript.delete": extensions.script_delete,
    "services.list": extensions.services,
    "services.create": extensions.service_create,
    "services.get": extensions.service_get,
    "services.update": extensions.service_update,
    "services.delete": extensions.service_delete,
    "services.functions": extensions.service_functions,
    "services.function": extensions.service_function,
    "schemas.list": extensions.schemas,
    "schemas.create": extensions.schema_create,
    "schemas.get": extensions.schema_get,
    "schemas.update": extensions.schema_update,
    "schemas.upload": extensions.schema_upload,
    "schemas.delete": extensions.schema_delete,
    "plugins.functions.register": plugins.register,
    "plugins.udfs.list": plugins.udfs,
    "plugins.udfs.get": plugins.udf,
    "plugins.portables.list": plugins.portable_list,
    "plugins.portables.create": plugins.portable_create,
    "plugins.portables.get": plugins.portable_get,
    "plugins.portables.update": plugins.portable_update,
    "plugins.portables.delete": plugins.portable_delete,
    "plugins.portables.status": plugins.portable_status,
    **{f"plugins.wasm.{verb}": plugins.wasm_absent for verb in ("list", "create", "get", "delete")},
    **{
        f"plugins.{kind}.{verb}": handler
        for kind in ("sources", "sinks", "functions")
        for verb, handler in plugins.native(kind).items()
    },
}
_OUTSIDE: dict[str, Handler] = {
    "connections.list": connections.list_,
    "connections.create": connections.create,
    "connections.get": connections.get,
    "connections.update": connections.update,
    "connections.delete": connections.delete,
    "websockets.list": connections.websockets,
    "websockets.create": connections.websocket_create,
    "websockets.delete": connections.websocket_delete,
    "metadata.functions": metadata.functions,
    "metadata.operators": metadata.operators,
    "metadata.resources": metadata.resources,
    "metadata.resource": metadata.resource,
    "metadata.lookups.check": metadata.check_lookup,
    **{
        f"metadata.{family}.{verb}": handler
        for family in ("sources", "sinks", "connections")
        for verb, handler in metadata.family(family).items()
    },
}

HANDLERS: dict[str, Handler] = {
    "server.info": server.info,
    "server.info_post": server.info,
    "server.ping": server.ping,
    "server.stop_get": server.stop,
    "server.stop": server.stop,
    "server.configure": server.configure,
    "server.batch": server.batch,
    "metrics.dump": server.dump,
    "metrics.dump_enabled": server.dump_enabled,
    **{f"streams.{verb}": handler for verb, handler in streams.handlers(is_table=False).items()},
    **{f"tables.{verb}": handler for verb, handler in streams.handlers(is_table=True).items()},
    **_RULES,
    **_TRANSFER,
    **_EXTENSIONS,
    **_OUTSIDE,
}
"""By the id of the operation."""
