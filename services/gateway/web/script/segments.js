// How the carrier counts a text (product rule 3.1); the same rules as conversations' domain.
const BASIC =
  "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";
const EXTENSION = "\f^{}\\[~]|€";
const CURLY = new Map([
  ["\u2018", "'"],
  ["\u2019", "'"],
  ["\u201a", "'"],
  ["\u201b", "'"],
  ["\u201c", '"'],
  ["\u201d", '"'],
  ["\u201e", '"'],
  ["\u2013", "-"],
  ["\u2014", "-"],
  ["\u2026", "..."],
  ["\u00a0", " "],
]);

const unitsInGsm = (character) =>
  BASIC.includes(character) ? 1 : EXTENSION.includes(character) ? 2 : 0;

// Greedy packing: no extension pair and no surrogate pair is split between two segments.
export function countSegments(text) {
  const characters = [...text];
  const isGsm = characters.every(unitsInGsm);
  const units = characters.map(isGsm ? unitsInGsm : (character) => character.length);
  const total = units.reduce((sum, unit) => sum + unit, 0);
  const [single, joined] = isGsm ? [160, 153] : [70, 67];
  if (total <= single) return { segments: 1, isGsm };
  let segments = 1;
  let filled = 0;
  for (const unit of units) {
    if (filled + unit > joined) {
      segments += 1;
      filled = 0;
    }
    filled += unit;
  }
  return { segments, isGsm };
}

export function withPlainSigns(text) {
  return [...text].map((character) => CURLY.get(character) ?? character).join("");
}
