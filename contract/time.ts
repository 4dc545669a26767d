/**
 * Times of our own API (`/api/v1`). Its shapes are zod schemas for the server (validation, OpenAPI) and types for
 * the web, which imports types only. Times are ISO 8601 strings in UTC; ids are strings; counts are numbers.
 */
import * as z from 'zod';

export const time = z.iso.datetime();
