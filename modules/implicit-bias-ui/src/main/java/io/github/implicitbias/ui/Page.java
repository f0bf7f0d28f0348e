package io.github.implicitbias.ui;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.deeplearning4j.ui.i18n.DefaultI18N;

/** The page's HTML, with header and side menu in the language chosen for the stock pages. */
final class Page {

  private static final String TEMPLATE = load();

  /** Words of the stock pages, with what is used where DL4J has none for a language. */
  private static final Map<String, String> WORDS = new LinkedHashMap<>();

  static {
    WORDS.put("train.pagetitle", "DL4J Training UI");
    WORDS.put("train.nav.overview", "Overview");
    WORDS.put("train.nav.model", "Model");
    WORDS.put("train.nav.system", "System");
    WORDS.put("train.nav.language", "Language");
  }

  private Page() {}

  static String html() {
    Map<String, String> messages = messages();
    String html = TEMPLATE;
    for (Map.Entry<String, String> word : WORDS.entrySet()) {
      String text = messages.getOrDefault(word.getKey(), word.getValue());
      html = html.replace("{{" + word.getKey() + "}}", escape(text));
    }
    return html;
  }

  private static Map<String, String> messages() {
    try {
      DefaultI18N texts = (DefaultI18N) DefaultI18N.getInstance();
      return texts.getMessages(texts.getDefaultLanguage());
    } catch (RuntimeException e) {
      return Map.of(); // a language that DL4J does not have was asked for
    }
  }

  static String escape(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;")
        .replace("'", "&#39;");
  }

  /** A session id as one segment of a path. */
  static String encode(String segment) {
    return URLEncoder.encode(segment, StandardCharsets.UTF_8).replace("+", "%20");
  }

  private static String load() {
    try (InputStream in = Page.class.getResourceAsStream("page.html")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
