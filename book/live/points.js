// The points so far, in a sentence.

const number = (points) => String(Math.round(points * 100) / 100);
const listed = (names) => names.map((name) => `\`${name}\``).join(", ");

export function sentence({ points, most, lines }) {
  const said = [`${number(points)} of ${number(most)} points by the visible checks`];
  const left = lines
    .filter((line) => line.points !== null && line.points === 0)
    .map((line) => line.name);
  const partly = lines
    .filter((line) => line.points > 0 && line.points < line.most)
    .map((line) => line.name);
  const empty = lines.filter((line) => line.points === null && /empty/.test(line.text));
  const words = lines.filter((line) => line.points === null);
  if (left.length) said.push(`still to do: ${listed(left)}`);
  if (partly.length) said.push(`partly right: ${listed(partly)}`);
  if (empty.length === 1 && words.length === 1) said.push("the written answer is empty");
  else if (empty.length)
    said.push(`${empty.length} of ${words.length} written answers are empty`);
  else if (words.length) said.push("a person reads what you have written");
  said.push("hidden tests also try large inputs and other sizes");
  return `${said.join("; ")}.`;
}

export const short = ({ points, most }) => `${number(points)} of ${number(most)}`;
