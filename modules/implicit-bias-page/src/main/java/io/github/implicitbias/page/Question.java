package io.github.implicitbias.page;

import io.github.implicitbias.run.RunId;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What is asked for and with which parameters. Immutable once it is asked. */
final class Question {

  private static final int MAX_PARAMETERS = 256;
  private static final int MAX_LENGTH = 1 << 16;

  private final String name;
  private final Map<String, List<String>> parameters = new LinkedHashMap<>();

  Question(String name) {
    this.name = name;
  }

  /**
   * Takes a question out of the address of a request.
   *
   * @param query what stands behind the question mark, as sent; null for nothing
   * @throws Refusal if it cannot be decoded
   */
  static Question parse(String name, @Nullable String query) throws Refusal {
    Question question = new Question(name);
    if (query == null || query.isEmpty()) {
      return question;
    }
    String[] parts = query.length() > MAX_LENGTH ? null : query.split("&");
    if (parts == null || parts.length > MAX_PARAMETERS) {
      throw new Refusal(400, "The question is too long.");
    }
    for (String part : parts) {
      int at = part.indexOf('=');
      String key = decode(at < 0 ? part : part.substring(0, at));
      question.with(key, at < 0 ? "" : decode(part.substring(at + 1)));
    }
    return question;
  }

  /** Decodes a part of an address. */
  static String decode(String text) throws Refusal {
    try {
      return URLDecoder.decode(text, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw new Refusal(400, "The question is not encoded as a query of an address.");
    }
  }

  Question with(String key, Object value) {
    parameters.computeIfAbsent(key, k -> new ArrayList<>()).add(value.toString());
    return this;
  }

  String name() {
    return name;
  }

  /** Returns all values of a parameter. */
  List<String> all(String key) {
    return parameters.getOrDefault(key, List.of());
  }

  boolean has(String key) {
    return parameters.containsKey(key);
  }

  /** Returns the value of a parameter, null if it is not there. */
  @Nullable String get(String key) {
    return has(key) ? all(key).get(0) : null;
  }

  /** Returns the value of a parameter that has to be there. */
  String text(String key) throws Refusal {
    String value = get(key);
    if (value == null) {
      throw new Refusal(400, "The parameter " + key + " is missing.");
    }
    return value;
  }

  /** Returns the run that is asked for. */
  RunId run() throws Refusal {
    return run(text("run"));
  }

  /** Returns the run that an id names. */
  static RunId run(String id) throws Refusal {
    try {
      return RunId.parse(id);
    } catch (IllegalArgumentException e) {
      throw new Refusal(400, "The parameter run is not the id of a run.");
    }
  }

  /** Returns a number that may be left out. */
  long number(String key, long otherwise, long min, long max) throws Refusal {
    return has(key) ? number(key, min, max) : otherwise;
  }

  /** Returns a number that has to be there. */
  long number(String key, long min, long max) throws Refusal {
    try {
      long number = Long.parseLong(text(key));
      if (number >= min && number <= max) {
        return number;
      }
    } catch (NumberFormatException e) {
      // answered below
    }
    throw new Refusal(400, "The parameter " + key + " is not a whole number in its range.");
  }
}
