/**
 * To another page of the app, as its own links go there: one entry in the history, and no run in between. Streamlit
 * follows the address when it hears `popstate` (observed in 1.67); `st.switch_page` with a query makes two entries, so
 * that Back has to be pressed twice.
 *
 * @param {string} address
 */
export function go(address) {
  history.pushState({}, "", address);
  dispatchEvent(new PopStateEvent("popstate", { state: history.state }));
}

/** The event that asks whether the page may be left; who has something to lose prevents it. */
export const LEAVE = "ekmanager-leave";

/** Whether a person who is asked wants to leave what is open, or nothing is lost by it. */
export function mayLeave() {
  return document.dispatchEvent(new CustomEvent(LEAVE, { cancelable: true }));
}

/** The address of one row's page. @param {string} template with `{id}` in it @param {string} id */
export function addressOf(template, id) {
  return template.replace("{id}", encodeURIComponent(id));
}
