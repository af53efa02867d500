// @vitest-environment happy-dom
import { beforeEach, expect, test } from "vitest";
import { WicketError } from "../../backend";
import type { HandRequest, Verdict } from "../../backend/bindings";
import { admitted, answer, refused } from "../gate/testing";
import { Entering } from "./entering.svelte";

let requests: HandRequest[];
let changes: number;
let judge: () => Promise<Verdict>;
let letIn: (scanId: string) => Promise<Verdict>;
let entering: Entering;

beforeEach(() => {
  requests = [];
  changes = 0;
  judge = () => Promise.resolve(admitted("s1"));
  letIn = (scanId) => Promise.resolve(admitted(`${scanId} all the same`));
  entering = new Entering({
    commands: {
      admitByHand: (request) => {
        requests.push(request);
        return judge();
      },
      letIn: (scanId) => letIn(scanId),
      undoAdmission: () => Promise.reject(new Error("not asked")),
    },
    eventId: "e1",
    gate: () => "",
    changed: () => (changes += 1),
  });
});

test("a ticket is judged for its own event, and the order is read anew", async () => {
  await entering.admit("t1");
  expect(requests).toEqual([{ ticketId: "t1", gate: null, eventId: "e1" }]);
  expect([entering.of("t1")?.scan?.verdict, entering.of("t2"), changes]).toEqual(["admitted", undefined, 1]);
});

test("a second press while one is judged does nothing", async () => {
  const slow = answer<Verdict>();
  judge = () => slow.promise;
  const one = entering.admit("t1");
  await entering.admit("t1");
  slow.give(admitted());
  await one;
  expect(requests).toHaveLength(1);
});

test("whom the hour alone kept out can be let in all the same", async () => {
  judge = () => Promise.resolve(refused("not_yet_valid", { scanId: "early" }));
  await entering.letIn("t1");
  await entering.admit("t1");
  expect(entering.of("t1")?.scan?.reason).toBe("not_yet_valid");
  await entering.letIn("t1");
  expect(entering.of("t1")?.scan).toMatchObject({ verdict: "admitted", scanId: "early all the same" });
});

test("whom letting in failed for can be let in again: the refusal stands", async () => {
  judge = () => Promise.resolve(refused("not_yet_valid", { scanId: "early" }));
  await entering.admit("t1");
  letIn = () => Promise.reject(new WicketError("storage", "The disk is full."));
  await entering.letIn("t1");
  expect(entering.of("t1")).toMatchObject({ busy: false, trouble: "The disk is full.", scan: { scanId: "early" } });
  letIn = () => Promise.resolve(admitted("in"));
  await entering.letIn("t1");
  expect(entering.of("t1")).toMatchObject({ busy: false, scan: { verdict: "admitted", scanId: "in" } });
  expect(entering.of("t1")?.trouble).toBeUndefined();
});

test("what goes wrong is kept beside its ticket", async () => {
  judge = () => Promise.reject(new WicketError("storage", "The disk is full."));
  await entering.admit("t1");
  expect(entering.of("t1")).toEqual({ busy: false, trouble: "The disk is full." });
});
