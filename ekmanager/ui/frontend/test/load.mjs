/** Lets the tests import sources that import style sheets. */
import { register } from "node:module";

const hooks = `export async function load(url, context, next) {
  return url.endsWith(".css") ? { format: "module", source: "export default ''", shortCircuit: true } : next(url, context);
}`;
register(`data:text/javascript,${encodeURIComponent(hooks)}`);
