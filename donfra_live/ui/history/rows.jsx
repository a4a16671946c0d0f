// A list that may grow long: from some rows on it scrolls in a space of its own, also with the keyboard.
import { Children } from "react";

const FEW = 6;

export function Rows({ label, className = "", children }) {
  const scrolls = Children.count(children) > FEW;
  return <ul className={`rows ${className}`} aria-label={label} tabIndex={scrolls ? 0 : undefined}>{children}</ul>;
}
