/**
 * An operator was given what it can't take: a freed tensor, another shape, another dtype.
 *
 * A mistake of the program's, not of its user's; nothing has been changed by the failed call.
 */
export class TensorError extends Error {
  override readonly name = 'TensorError';
  constructor(
    readonly operator: string,
    readonly expected: string,
    readonly got?: string,
    options?: { cause?: unknown },
  ) {
    super(
      got === undefined
        ? `${operator}: ${expected}`
        : `${operator}: expected ${expected}, got ${got}`,
      options,
    );
  }
}
