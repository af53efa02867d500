/** Milliseconds between two looks at what other stations and the cloud do. */
export const look = 2500;

/** Runs something now and over and over, the next time only when the last one has ended. Returns what stops it. */
export function every(run: () => Promise<unknown>, milliseconds: number = look): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let stopped = false;
  const turn = async (): Promise<void> => {
    await run();
    if (!stopped) {
      timer = setTimeout(() => void turn(), milliseconds);
    }
  };
  void turn();
  return () => {
    stopped = true;
    clearTimeout(timer);
  };
}
