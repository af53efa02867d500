import type { Component } from "svelte";
import { expect, test, vi } from "vitest";
import { Book, type Pages } from "./pages.svelte";

const page = (): Component => (() => ({})) as unknown as Component;

test("the first page is there at once, the others when they have been read, once", async () => {
  const [signIn, orders] = [page(), page()];
  const rest = vi.fn(() => Promise.resolve({ pages: { orders } as Pages }));
  const book = new Book({ signIn }, rest);
  expect(book.page("signIn")).toBe(signIn);
  expect(book.page("orders")).toBeUndefined();
  await Promise.all([book.read(), book.read()]);
  expect([book.page("signIn"), book.page("orders")]).toEqual([signIn, orders]);
  await book.read();
  expect(rest).toHaveBeenCalledTimes(1);
});

test("pages that could not be read are read again", async () => {
  const orders = page();
  const rest = vi.fn(() => Promise.resolve({ pages: { orders } as Pages }));
  rest.mockRejectedValueOnce(new Error("no such file"));
  const book = new Book({}, rest);
  await book.read();
  expect([book.failed, book.page("orders")]).toEqual([true, undefined]);
  await book.read();
  expect([book.failed, book.page("orders")]).toEqual([false, orders]);
});
