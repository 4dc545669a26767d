/**
 * Values on their way into ClickHouse SQL: each is bound under a name of its own, and only the placeholder stands
 * in the text. One collection per statement.
 */
export class BoundValues {
  readonly params: Record<string, unknown> = {};
  #count = 0;

  /** The placeholder, e.g. `{v3:String}`. */
  bind(
    type:
      | 'String'
      | 'Int64'
      | 'UInt64'
      | 'Float64'
      | 'UInt8'
      | 'UInt32'
      | 'Array(UInt64)'
      | 'Array(Int64)'
      | 'Array(String)',
    value: string | number | readonly (string | number)[],
  ): string {
    const name = `v${++this.#count}`;
    // Texts in a list would be written with quotes, which a list of numbers does not have.
    this.params[name] = Array.isArray(value) && type !== 'Array(String)' ? value.map(BigInt) : value;
    return `{${name}:${type}}`;
  }
}
