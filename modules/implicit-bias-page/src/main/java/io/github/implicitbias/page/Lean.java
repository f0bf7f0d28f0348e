package io.github.implicitbias.page;

/**
 * Scripts and style sheets as they are sent: without comments, and without the spaces and lines
 * that only readers need. Names, strings, templates and regular expressions stay as they are.
 */
final class Lean {

  /** After one of these a slash begins a regular expression. */
  private static final String BEFORE_PATTERN = "(,=:[!&|?{};+-*%<>~^";

  /** After these, and before those, nothing has to stand between two words of a script. */
  private static final String OPENS = ";{,([:?&|=*<>!";

  private static final String CLOSES = ")]},.:?&|=*<>;";

  private static final String STYLE_OPENS = "{};,:>";
  private static final String STYLE_CLOSES = "{};,>";

  private final String source;
  private final boolean isStyle;
  private final StringBuilder lean;
  private int at;

  private Lean(String source, boolean isStyle) {
    this.source = source;
    this.isStyle = isStyle;
    this.lean = new StringBuilder(source.length());
  }

  /** Returns a script as it is sent. */
  static String script(String source) {
    return new Lean(source, false).write();
  }

  /** Returns a style sheet as it is sent. */
  static String style(String source) {
    return new Lean(source, true).write();
  }

  private String write() {
    code(false);
    return lean.append('\n').toString();
  }

  /** Code up to the end, or up to the brace that ends a piece of a template. */
  private void code(boolean isPiece) {
    int depth = 0;
    boolean isSpace = false;
    boolean isLine = false;
    while (at < source.length()) {
      char c = source.charAt(at);
      if (Character.isWhitespace(c) || isComment()) {
        isLine |= c == '\n';
        isSpace = true;
        skip();
        continue;
      }
      if (isSpace) {
        between(c, isLine);
        isSpace = isLine = false;
      }
      depth += c == '{' ? 1 : c == '}' ? -1 : 0;
      if (isPiece && depth < 0) {
        return;
      }
      if (c == '"' || c == '\'') {
        quoted(c);
      } else if (!isStyle && c == '`') {
        template();
      } else if (!isStyle && c == '/' && beginsPattern()) {
        pattern();
      } else {
        lean.append(c);
        at++;
      }
    }
  }

  private boolean isComment() {
    return source.startsWith("/*", at) || !isStyle && source.startsWith("//", at);
  }

  /** Goes past a space, or a comment up to the end of its line. */
  private void skip() {
    if (source.startsWith("/*", at)) {
      at = source.indexOf("*/", at) + 2;
    } else if (source.startsWith("//", at)) {
      int end = source.indexOf('\n', at);
      at = end < 0 ? source.length() : end;
    } else {
      at++;
    }
  }

  /** Writes what has to stand between what was written and what follows. */
  private void between(char next, boolean isLine) {
    if (lean.length() == 0) {
      return;
    }
    char last = lean.charAt(lean.length() - 1);
    if (isStyle) {
      if (STYLE_OPENS.indexOf(last) < 0 && STYLE_CLOSES.indexOf(next) < 0) {
        lean.append(' ');
      }
    } else if (isLine) {
      // The end of a line may be the end of a statement.
      if (OPENS.indexOf(last) < 0 && CLOSES.indexOf(next) < 0) {
        lean.append('\n');
      }
    } else if (isWord(last) && isWord(next) || last == next && (last == '+' || last == '-')) {
      lean.append(' ');
    }
  }

  private static boolean isWord(char c) {
    return Character.isLetterOrDigit(c) || c == '_' || c == '$' || c == '#' || c > 127;
  }

  private void quoted(char quote) {
    int end = at + 1;
    while (source.charAt(end) != quote) {
      end += source.charAt(end) == '\\' ? 2 : 1;
    }
    copy(end + 1);
  }

  private void template() {
    copy(at + 1);
    while (source.charAt(at) != '`') {
      if (source.startsWith("${", at)) {
        copy(at + 2);
        code(true);
        copy(at + 1);
      } else {
        copy(at + (source.charAt(at) == '\\' ? 2 : 1));
      }
    }
    copy(at + 1);
  }

  private boolean beginsPattern() {
    int end = lean.length();
    if (end == 0 || BEFORE_PATTERN.indexOf(lean.charAt(end - 1)) >= 0) {
      return true;
    }
    int begin = end;
    while (begin > 0 && isWord(lean.charAt(begin - 1))) {
      begin--;
    }
    return lean.substring(begin, end).matches("return|typeof|case|in|of");
  }

  private void pattern() {
    boolean isClass = false;
    int end = at + 1;
    while (isClass || source.charAt(end) != '/') {
      char c = source.charAt(end);
      isClass = c == '[' || isClass && c != ']';
      end += c == '\\' ? 2 : 1;
    }
    copy(end + 1);
  }

  private void copy(int end) {
    lean.append(source, at, end);
    at = end;
  }
}
