/** What Streamlit hands to a component's default function, at mount and whenever its data changed. */
export interface Component<Data> {
  name: string;
  key: string;
  data: Data;
  parentElement: ShadowRoot;
  setStateValue(name: string, value: unknown): void;
  setTriggerValue(name: string, value: unknown): void;
}
