package io.github.implicitbias.core;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads the JSON of reference files: maps, lists, doubles, strings, booleans and null. */
public final class Json {

  private final String text;
  private int at;

  private Json(String text) {
    this.text = text;
  }

  /** Returns the object that a text is. */
  @SuppressWarnings("unchecked")
  public static Map<String, Object> object(String text) {
    return (Map<String, Object>) new Json(text).value();
  }

  /** Returns an entry that is an object. */
  @SuppressWarnings("unchecked")
  public static Map<String, Object> object(Map<String, Object> of, String key) {
    return (Map<String, Object>) of.get(key);
  }

  /** Returns the entries of a list of objects. */
  @SuppressWarnings("unchecked")
  public static List<Map<String, Object>> objects(Map<String, Object> of, String key) {
    return (List<Map<String, Object>>) of.get(key);
  }

  /** Returns a number; "NaN" and "Infinity" are numbers too. */
  public static double number(Object value) {
    return value instanceof String ? Double.parseDouble((String) value) : (Double) value;
  }

  /** Returns a list of numbers. */
  public static double[] numbers(Object list) {
    return ((List<?>) list).stream().mapToDouble(Json::number).toArray();
  }

  private Object value() {
    char next = peek();
    if (next == '{') {
      return map();
    }
    if (next == '[') {
      return list();
    }
    if (next == '"') {
      return string();
    }
    int from = at;
    while (at < text.length() && ",]} \n".indexOf(text.charAt(at)) < 0) {
      at++;
    }
    String word = text.substring(from, at);
    switch (word) {
      case "null":
        return null;
      case "true":
        return true;
      case "false":
        return false;
      default:
        return Double.valueOf(word);
    }
  }

  private Map<String, Object> map() {
    Map<String, Object> entries = new LinkedHashMap<>();
    at++;
    while (peek() != '}') {
      String key = string();
      skip(':');
      entries.put(key, value());
      skip(',');
    }
    at++;
    return entries;
  }

  private List<Object> list() {
    List<Object> entries = new ArrayList<>();
    at++;
    while (peek() != ']') {
      entries.add(value());
      skip(',');
    }
    at++;
    return entries;
  }

  private String string() {
    int to = text.indexOf('"', ++at);
    String found = text.substring(at, to);
    at = to + 1;
    return found;
  }

  private char peek() {
    while (Character.isWhitespace(text.charAt(at))) {
      at++;
    }
    return text.charAt(at);
  }

  private void skip(char separator) {
    if (peek() == separator) {
      at++;
    }
  }
}
