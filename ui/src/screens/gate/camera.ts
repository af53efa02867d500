/** The camera's state in words. */

import { m } from "../../i18n/index.svelte";
import type { LensState } from "./lens.svelte";

export interface CameraTrouble {
  readonly title: string;
  readonly advice: string;
  /** Nothing is wrong: the gate works without a camera. */
  readonly calm: boolean;
  /** Trying again by hand may help; all else comes back by itself. */
  readonly again: boolean;
}

const noCamera = (): CameraTrouble => ({ title: m.gate_camera_none(), advice: m.gate_camera_none_do(), calm: true, again: false });

/** `chosen` says whether somebody asked for a particular camera. */
function lost(reason: string, chosen: boolean): CameraTrouble {
  const trouble = (title: string, advice: string): CameraTrouble => ({ title, advice, calm: false, again: false });
  switch (reason) {
    case "not_found":
      return chosen ? trouble(m.gate_camera_gone(), m.gate_camera_gone_do()) : noCamera();
    case "unplugged":
      return trouble(m.gate_camera_unplugged(), m.gate_camera_unplugged_do());
    case "busy":
      return trouble(m.gate_camera_busy(), m.gate_camera_busy_do());
    case "not_allowed":
      return trouble(m.gate_camera_not_allowed(), m.gate_camera_not_allowed_do());
    case "no_picture":
      return trouble(m.gate_camera_no_picture(), m.gate_camera_no_picture_do());
    default:
      return trouble(m.gate_camera_silent(), m.gate_camera_silent_do());
  }
}

/** Why there is no picture; absent while there is one, or soon will be. */
export function troubleOf(state: LensState, chosen: boolean): CameraTrouble | undefined {
  switch (state.state) {
    case "lost":
      return lost(state.reason, chosen);
    case "refused":
      return { title: m.gate_camera_refused(), advice: m.gate_camera_refused_do(), calm: false, again: true };
    default:
      return undefined;
  }
}

/** One line under the picture; where there is none, its place says why, and this says what goes on. */
export function stateText(state: LensState): string {
  switch (state.state) {
    case "streaming":
      return m.gate_camera_streaming({ camera: state.camera, width: state.width, height: state.height });
    case "opening":
      return m.gate_camera_opening();
    default:
      return m.gate_camera_without();
  }
}
