package io.github.implicitbias.ui;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.deeplearning4j.ui.i18n.DefaultI18N;
import org.deeplearning4j.ui.i18n.I18NResource;

/**
 * The words of the page in one of the languages of the training UI.
 *
 * <p>They lie in DL4J's own tables, to which {@link #resources()} adds ours. The key of a word is
 * its English text after {@code implicitbias.}; what a language lacks is shown in English. Names of
 * metrics, formulas and the statements of predictions are English in all languages.
 */
final class Words {

  /** The languages of the stock pages, as in their menu. */
  static final List<String> LANGUAGES = List.of("en", "de", "ja", "zh", "ko", "ru");

  private static final String OURS = "implicitbias.";
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private final String language;
  private final Map<String, String> messages;

  private Words(String language, Map<String, String> messages) {
    this.language = language;
    this.messages = messages;
  }

  /** The tables that DL4J reads, one per language. */
  static List<I18NResource> resources() {
    return LANGUAGES.stream()
        .map(language -> new I18NResource("dl4j_i18n/train.implicitbias." + language))
        .collect(Collectors.toList());
  }

  /**
   * In the language chosen in the menu.
   *
   * @param session the session that the choice is kept for, null for the one of the whole server
   */
  static Words chosen(String session) {
    return in(DefaultI18N.getInstance(session).getDefaultLanguage());
  }

  /** In a language; in English if DL4J does not have it. Anybody may have asked for any. */
  static Words in(String language) {
    String known = LANGUAGES.contains(language) ? language : "en";
    return new Words(known, ((DefaultI18N) DefaultI18N.getInstance()).getMessages(known));
  }

  String language() {
    return language;
  }

  /** A message of the stock pages. */
  String stock(String key, String otherwise) {
    return messages.getOrDefault(key, otherwise);
  }

  /** One of our words, by its English text. */
  String of(String english) {
    return messages.getOrDefault(OURS + english, english);
  }

  /** Our words as a JSON object by their English texts, fit for a script block of a page. */
  String json() {
    Map<String, String> ours = new TreeMap<>();
    messages.forEach(
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
