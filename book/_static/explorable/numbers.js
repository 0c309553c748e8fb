// Numbers as the figures write them, and the sums and products that are shown for an edge.
{
  const RAISED = { "-": "⁻", 0: "⁰", 1: "¹", 2: "²", 3: "³", 4: "⁴", 5: "⁵", 6: "⁶", 7: "⁷", 8: "⁸", 9: "⁹" };
  const minus = (text) => text.replace("-", "−");

  // A power of ten, and how many of it: "3·10⁻⁵".
  function power(value) {
    const [digits, exponent] = value.toExponential(0).split("e");
    return `${minus(digits)}·10${[...String(Number(exponent))].map((sign) => RAISED[sign]).join("")}`;
  }

  // Two decimals, as everywhere in the book; what they cannot show, as a power of ten.
  function short(value) {
    const size = Math.abs(value);
    if (size < 1e-15) return "0";
    if (size < 0.005 || size >= 999.5) return power(value);
    return minus(size < 9.995 ? value.toFixed(2) : value.toFixed(size < 99.95 ? 1 : 0));
  }

  // The same for a screen reader: "minus 3 times 10 to the minus 5".
  const aloud = (value) => short(value)
    .replace(/·10(.+)/, (_, raised) => ` times 10 to the ${raised.startsWith("⁻") ? "minus " : ""}${
      [...raised].map((sign) => "⁰¹²³⁴⁵⁶⁷⁸⁹".indexOf(sign)).filter((digit) => digit >= 0).join("")}`)
    .replace("−", "minus ");

  const product = (factors, value) => `${factors.map(short).join(" × ")} = ${short(value)}`;
  const sum = (terms, value) => `${terms.map(short).join(" + ")} = ${short(value)}`.replaceAll("+ −", "− ");
  const called = (name, terms, value) => `${name}(${terms.map(short).join(" + ")}) = ${short(value)}`.replaceAll("+ −", "− ");
  // 1 − s × s, the slope of tanh from its result, and s × (1 − s), that of sigmoid
  const bend = (of, s, value) => `${of.map(short).join(" × ")} × (1 − ${minus(s.toFixed(2)).replace(/^−.*/, "($&)")}²) = ${short(value)}`;
  const slope = (of, s, value) => `${short(of)} × ${short(s)} × (1 − ${short(s)}) = ${short(value)}`;

  Object.assign(explorable, { short, aloud, sums: { product, sum, called, bend, slope } });
}
