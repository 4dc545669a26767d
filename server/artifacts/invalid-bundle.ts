/** A bundle that cannot be used, with the reason for its uploader. */
export class InvalidBundle extends Error {}
