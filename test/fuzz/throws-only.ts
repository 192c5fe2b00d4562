/** Runs `action`; an error of another kind than `kinds` is a failure. @returns its result, `undefined` where it was refused */
export function throwsOnly<Result>(kinds: readonly (new (...parts: never[]) => Error)[], action: () => Result): Result | undefined {
  try {
    return action();
  } catch (error) {
    if (kinds.some((kind) => error instanceof kind)) return undefined;
    throw new Error('an error that nobody foresaw', { cause: error });
  }
}

/** The same for what takes its time. */
export async function rejectsOnly<Result>(kinds: readonly (new (...parts: never[]) => Error)[], action: () => Promise<Result>): Promise<Result | undefined> {
  const outcome = await action().then((value) => () => value, (error: unknown) => (): never => { throw error as Error; });
  return throwsOnly(kinds, outcome);
}
