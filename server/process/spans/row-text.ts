/** Values of a sender as the JSON of a row, written at once: a span never stands as an object. */
import {
  ATTRIBUTES_MAX,
  bounded,
  CUT_ATTRIBUTE,
  NAME_CHARS_MAX,
  typeOfAttribute,
  VALUE_CHARS_MAX,
} from '#server/process/row-bounds.ts';
import type { Attributes } from '#server/record/log.ts';

/** Two objects: values as text, and what those were that were none. `alsoCut` names what else of the span was cut. */
export function attributesJson(attributes: Attributes, alsoCut = ''): { values: string; types: string } {
  let values = alsoCut ? `"${CUT_ATTRIBUTE}":"${alsoCut}"` : '';
  let types = '';
  let left = ATTRIBUTES_MAX;
  for (const name in attributes) {
    const value = attributes[name];
    if (value === null || value === undefined) continue;
    if (left-- === 0) {
      values += `,"${CUT_ATTRIBUTE}":"attributes"`;
      break;
    }
    const key = textJson(name, NAME_CHARS_MAX);
    const separator = values === '' ? '' : ',';
    if (typeof value === 'string') values += `${separator}${key}:${textJson(value, VALUE_CHARS_MAX)}`;
    else {
      const type = typeOfAttribute(value);
      values += `${separator}${key}:${type === 'json' ? textJson(JSON.stringify(value), VALUE_CHARS_MAX) : `"${value}"`}`;
      types += `${types === '' ? '' : ','}${key}:"${type}"`;
    }
  }
  return { values: `{${values}}`, types: `{${types}}` };
}

/** A JSON string, cut to the bound. */
export function textJson(value: string, charsMax: number): string {
  return JSON.stringify(bounded(value, charsMax));
}
