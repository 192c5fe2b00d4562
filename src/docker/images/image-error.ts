/** An image that is not there and did not come, with the kubelet's waiting reason. */
export class ImageError extends Error {
  override readonly name = 'ImageError';

  constructor(
    readonly reason: 'ErrImagePull' | 'ErrImageNeverPull' | 'InvalidImageName',
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
