/** Every part a screen is made of. Their props are in `ui/README.md`. */

export { default as AppFrame } from "./AppFrame.svelte";
export { default as Button } from "./Button.svelte";
export { default as Dialog } from "./Dialog.svelte";
export { default as EmptyState } from "./EmptyState.svelte";
export { default as Happened } from "./Happened.svelte";
export { default as IconButton } from "./IconButton.svelte";
export { default as KeyCap } from "./KeyCap.svelte";
export { default as Mark } from "./Mark.svelte";
export { default as Money } from "./Money.svelte";
export { default as NumberPad } from "./NumberPad.svelte";
export { default as PinField } from "./PinField.svelte";
export { default as PinPad } from "./PinPad.svelte";
export { default as ProgressBar } from "./ProgressBar.svelte";
export { default as Segmented } from "./Segmented.svelte";
export { default as Select } from "./Select.svelte";
export { default as Sheet } from "./Sheet.svelte";
export { default as Sign, type SignKind } from "./Sign.svelte";
export { default as Spinner } from "./Spinner.svelte";
export { default as StatusChip } from "./StatusChip.svelte";
export { default as Stub } from "./Stub.svelte";
export { default as Table } from "./Table.svelte";
export { default as TextField } from "./TextField.svelte";
export { default as TopBar } from "./TopBar.svelte";
export { default as When } from "./When.svelte";
export type { Column } from "./table";
export type { Mode } from "./modes";
export { toasts, type Toast } from "./toasts.svelte";
