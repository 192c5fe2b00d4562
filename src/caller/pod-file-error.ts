/** A pod file that cannot be used; the message names the document and the field, or the object that is missing. */
export class PodFileError extends Error {
  override readonly name = 'PodFileError';
}
