package io.github.implicitbias.run;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A strict reader of JSON (RFC 8259): maps, lists, strings, doubles, booleans, null. */
final class Json {

  private final String text;
  private int at;

  private Json(String text) {
    this.text = text;
  }

  static Object parse(String text) {
    Json json = new Json(text);
    Object value = json.value();
    json.space();
    if (json.at != text.length()) {
      throw json.wrong("something behind the end");
    }
    return value;
  }

  private IllegalArgumentException wrong(String what) {
    return new IllegalArgumentException(
        what + " at " + at + ": " + text.substring(Math.max(0, at - 30), at));
  }

  private void space() {
    while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
      at++;
    }
  }

  private boolean take(String token) {
    space();
    boolean here = text.startsWith(token, at);
    at += here ? token.length() : 0;
    return here;
  }

  private void need(String token) {
    if (!take(token)) {
      throw wrong("no " + token);
    }
  }

  private Object value() {
    if (take("{")) {
      Map<String, Object> object = new LinkedHashMap<>();
      boolean more = !take("}");
      while (more) {
        need("\"");
        String name = string();
        need(":");
        if (object.containsKey(name)) {
          throw wrong(name + " twice");
        }
        object.put(name, value());
        more = take(",");
        if (!more) {
          need("}");
        }
      }
      return object;
    }
    if (take("[")) {
      List<Object> list = new ArrayList<>();
      boolean more = !take("]");
      while (more) {
        list.add(value());
        more = take(",");
        if (!more) {
          need("]");
        }
      }
      return list;
    }
    if (take("\"")) {
      return string();
    }
    if (take("null")) {
      return null;
    }
    if (take("true") || take("false")) {
      return text.charAt(at - 4) == 't';
    }
    int start = at;
    while (at < text.length() && "+-.eE0123456789".indexOf(text.charAt(at)) >= 0) {
      at++;
    }
    String number = text.substring(start, at);
    if (!number.matches("-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][-+]?[0-9]+)?")) {
      throw wrong("'" + number + "' is no number");
    }
    return Double.valueOf(number);
  }

  private String string() {
    StringBuilder string = new StringBuilder();
    while (text.charAt(at) != '"') {
      char c = text.charAt(at++);
      if (c < ' ') {
        throw wrong("a control character");
      }
      if (c == '\\') {
        char escaped = text.charAt(at++);
        if (escaped == 'u') {
          c = (char) Integer.parseInt(text.substring(at, at + 4), 16);
          at += 4;
        } else if (escaped == '"' || escaped == '\\') {
          c = escaped;
        } else {
          throw wrong("an escape that we do not write");
        }
      }
      string.append(c);
    }
    at++;
    return string.toString();
  }
}
