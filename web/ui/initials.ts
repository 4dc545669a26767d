/** The first letters of the first and the last word of a name, whatever its script. */
export function initialsOf(name: string): string {
  const words = name.split(/[\s_-]+/).filter(Boolean);
  const letters = [words[0], words.length > 1 ? words.at(-1) : undefined].map(
    (word) => [...(word ?? '')].find((character) => /[\p{L}\p{N}]/u.test(character)) ?? '',
  );
  return letters.join('').toUpperCase();
}
