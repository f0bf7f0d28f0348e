package io.github.implicitbias.page;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The words of the page in one language.
 *
 * <p>They lie in tables of their own on the class path, {@value #TABLES} and the language, a line
 * {@code key=word} each. The key of a word is its English text after {@code implicitbias.}; what a
 * language lacks is shown in English. Names of metrics, formulas and the statements of predictions
 * are English in all languages.
 */
final class Words {

  /** The languages there are. */
  static final List<String> LANGUAGES = List.of("en", "de", "ja", "zh", "ko", "ru");

  /** What the names of the tables begin with, as resources of the class path. */
  static final String TABLES = "dl4j_i18n/train.implicitbias.";

  static final String ENGLISH = "en";

  private static final String OURS = "implicitbias.";
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final Map<String, Map<String, String>> READ = new ConcurrentHashMap<>();

  private final String language;
  private final Map<String, String> words;
  private final Surroundings surroundings;

  private Words(String language, Surroundings surroundings) {
    this.language = language;
    this.words = READ.computeIfAbsent(language, Words::table);
    this.surroundings = surroundings;
  }

  /** In a language; in English if there is no such. Anybody may have asked for any. */
  static Words in(String language, Surroundings surroundings) {
    return new Words(LANGUAGES.contains(language) ? language : ENGLISH, surroundings);
  }

  private static Map<String, String> table(String language) {
    Map<String, String> table = new TreeMap<>();
    try (InputStream in = Words.class.getResourceAsStream("/" + TABLES + language)) {
      for (String line : new String(in.readAllBytes(), StandardCharsets.UTF_8).split("\\R")) {
        int at = line.indexOf('=');
        if (at > 0) {
          table.put(line.substring(0, at), line.substring(at + 1));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return table;
  }

  String language() {
    return language;
  }

  /** A word of the pages beside this one. */
  String stock(String key, String otherwise) {
    String word = surroundings.word(key, language);
    return word == null ? otherwise : word;
  }

  /** One of our words, by its English text. */
  String of(String english) {
    return words.getOrDefault(OURS + english, english);
  }

  /** Our words as a JSON object by their English texts, fit for a script block of a page. */
  String json() {
    Map<String, String> ours = new TreeMap<>();
    words.forEach(
        (key, text) -> {
          if (key.startsWith(OURS) && !key.substring(OURS.length()).equals(text)) {
            ours.put(key.substring(OURS.length()), text);
          }
        });
    try {
      return MAPPER.writeValueAsString(ours).replace("<", "\\u003c");
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
