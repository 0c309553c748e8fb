// Numbers as the figures write them, and the sums and products that are shown for an edge.
{
  const RAISED = {
    "-": "⁻",
    0: "⁰",
    1: "¹",
    2: "²",
    3: "³",
    4: "⁴",
    5: "⁵",
    6: "⁶",
    7: "⁷",
    8: "⁸",
    9: "⁹",
  };
  const minus = (text) => text.replace("-", "−");

  // A power of ten, and how many of it: "3·10⁻⁵".
  function power(value, finer) {
    const [digits, exponent] = value.toExponential(finer).split("e");
    const raised = [...String(Number(exponent))].map((sign) => RAISED[sign]);
    return `${minus(digits)}·10${raised.join("")}`;
  }

  // Two decimals, as everywhere in the book; what they cannot show, as a power of ten, where there
  // is room with digits behind the point.
  function short(value, finer = 0) {
    const size = Math.abs(value);
    if (size < 1e-15) return "0";
    if (size < 0.005 || size >= 99999.5) return power(value, finer);
    return minus(size < 9.995 ? value.toFixed(2) : value.toFixed(size < 99.95 ? 1 : 0));
  }

  // The same for a screen reader: "minus 3 times 10 to the minus 5".
  const aloud = (value) =>
    short(value)
      .replace(
        /·10(.+)/,
        (_, raised) =>
          ` times 10 to the ${raised.startsWith("⁻") ? "minus " : ""}${[...raised]
            .map((sign) => "⁰¹²³⁴⁵⁶⁷⁸⁹".indexOf(sign))
            .filter((digit) => digit >= 0)
            .join("")}`,
      )
      .replace("−", "minus ");

  const fine = (value) => short(value, 1);
  const times = (factors) => factors.map(fine).join(" × ");
  const plus = (terms) => terms.map(fine).join(" + ").replaceAll("+ −", "− ");
  const equals = (formula, value) => `${formula} = ${fine(value)}`;

  const product = (factors, value) => equals(times(factors), value);
  const sum = (terms, value) => equals(plus(terms), value);
  const called = (name, terms, value) => equals(`${name}(${plus(terms)})`, value);

  // times the slope of tanh, 1 − s², and of sigmoid, s (1 − s), from the function's own result
  function bend(factors, s, value) {
    const squared = s < 0 ? `(${fine(s)})²` : `${fine(s)}²`;
    return equals(`${times(factors)} × (1 − ${squared})`, value);
  }
  const slope = (factors, s, value) =>
    equals(`${times([...factors, s])} × (1 − ${fine(s)})`, value);

  Object.assign(explorable, {
    short,
    aloud,
    sums: { times, plus, equals, product, sum, called, bend, slope },
  });
}
