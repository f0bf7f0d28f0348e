package io.github.implicitbias.page;

/**
 * Scripts and styles without what only people read: lines that are comments, indentation, empty
 * lines. Lines within a template of JavaScript stay as they are.
 */
final class Lean {

  private Lean() {}

  static String of(String source) {
    StringBuilder lean = new StringBuilder(source.length());
    boolean isTemplate = false;
    boolean isComment = false;
    for (String line : source.split("\n", -1)) {
      if (isTemplate) {
        lean.append(line).append('\n');
        isTemplate ^= isOdd(line);
        continue;
      }
      String bare = line.strip();
      if (isComment || bare.startsWith("/*")) {
        isComment = !bare.endsWith("*/");
      } else if (!bare.isEmpty() && !bare.startsWith("//")) {
        lean.append(bare).append('\n');
        isTemplate = isOdd(bare);
      }
    }
    return lean.toString();
  }

  /** Says whether a template begins or ends in a line. */
  private static boolean isOdd(String line) {
    return line.chars().filter(c -> c == '`').count() % 2 == 1;
  }
}
