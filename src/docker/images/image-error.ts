/** Why pulls do not succeed; `refused`: by what the registry or the engine said, of which only the text tells more. */
export const PULL_FAILURES = ['refused', 'stalled', 'broken_off', 'platform', 'engine_away', 'abandoned'] as const;

interface ImageErrorOptions extends ErrorOptions {
  /** Of a pull. Default: refused. */
  readonly pullFailure?: (typeof PULL_FAILURES)[number];
}

/** An image that is not there and did not come, with the kubelet's waiting reason. */
export class ImageError extends Error {
  override readonly name = 'ImageError';
  readonly pullFailure: (typeof PULL_FAILURES)[number];

  constructor(
    readonly reason: 'ErrImagePull' | 'ErrImageNeverPull' | 'InvalidImageName',
    message: string,
    { pullFailure = 'refused', ...options }: ImageErrorOptions = {},
  ) {
    super(message, options);
    this.pullFailure = pullFailure;
  }
}
