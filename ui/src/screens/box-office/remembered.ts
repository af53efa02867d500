/**
 * A function that keeps its last result. It stands in for `$derived` in what outlives a component: a `$derived` belongs to
 * the component in which it was made, and keeps its last value for ever once that component is destroyed.
 */

/** Runs `work` again only when an argument is another one. The arguments are compared by identity. */
export function remembered<Given extends readonly unknown[], Result>(work: (...given: Given) => Result): (...given: Given) => Result {
  let last: { readonly given: Given; readonly result: Result } | undefined;
  return (...given) => {
    if (last === undefined || given.some((one, index) => one !== last?.given[index])) {
      last = { given, result: work(...given) };
    }
    return last.result;
  };
}
