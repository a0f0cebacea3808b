/** Says how what was just started is ended. */
export type Undo = (end: () => unknown) => void;

/**
 * Starts several things of which none may stay behind alone: where a step fails, what was started before it is ended, the last first, and
 * the fault is thrown on. What fails while it is ended does not keep the others from being ended.
 */
export async function allOrNone<T>(start: (undo: Undo) => Promise<T>): Promise<T> {
  const ends: (() => unknown)[] = [];
  try {
    return await start((end) => void ends.push(end));
  } catch (error) {
    for (const end of ends.reverse())
      await Promise.resolve()
        .then(end)
        .catch(() => undefined);
    throw error;
  }
}
