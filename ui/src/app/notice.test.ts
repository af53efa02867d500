// @vitest-environment happy-dom
import { beforeAll, expect, test } from "vitest";
import type { Notice } from "../backend/bindings";
import { language, m } from "../i18n/index.svelte";
import { noticeWords, type NoticeWords } from "./notice";

beforeAll(() => {
  language.choose("en");
});

function wordsOf(code: string): NoticeWords {
  const notice: Notice = { noticeNo: 1, code, detail: "", at: "2026-11-20T19:00:00Z" };
  return noticeWords(notice, "UTC", "en-GB");
}

test.each(["copied", "shut_out"])("%s says what it means and what to do, without words of the station's own", (code) => {
  const { title, text, keep, label } = wordsOf(code);
  expect(title).not.toBe(m.start_notice_title());
  expect([text?.endsWith("."), keep?.endsWith("."), label]).toEqual([true, true, undefined]);
});

test("a code that is not known is told in the station's own words", () => {
  expect(wordsOf("from_a_newer_station")).toEqual({ title: m.start_notice_title(), label: m.start_station_says() });
});
