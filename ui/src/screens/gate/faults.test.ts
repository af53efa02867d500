// @vitest-environment happy-dom
import { beforeAll, expect, test } from "vitest";
import { language } from "../../i18n/index.svelte";
import { faultText } from "./faults";

beforeAll(() => {
  language.choose("en");
});

test("the backend's sentence stands where this screen has no better one", () => {
  expect(faultText("not_set_up", "This station has no name yet.")).toBe("This station has no name yet.");
  expect(faultText("internal", "The clock went away."), "a defect's words are for those who mend it").toContain("could not be recorded");
  expect(faultText("storage", "disk I/O")).toContain("Make room");
  expect(faultText("unknown", "")).toContain("could not be recorded");
});
