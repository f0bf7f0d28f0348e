package io.github.implicitbias.page;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The page's HTML, in the language of the reader. */
final class Page {

  private static final String TEMPLATE = load();

  /** In the template: one of our words in English, or the key of a stock one. */
  private static final Pattern WORD = Pattern.compile("\\{\\{([^{}]+)}}");

  /** Words of the stock pages, with what is used where there is none for a language. */
  private static final Map<String, String> STOCK =
      Map.of(
          "train.pagetitle", "DL4J Training UI",
          "train.nav.overview", "Overview",
          "train.nav.model", "Model",
          "train.nav.system", "System",
          "train.nav.language", "Language");

  private Page() {}

  static String html(Words words) {
    String chosen = "data-language=\"" + words.language() + '"';
    return WORD.matcher(TEMPLATE)
        .replaceAll(found -> Matcher.quoteReplacement(text(found.group(1), words)))
        .replace(chosen, chosen + " aria-current=\"true\"");
  }

  private static String text(String name, Words words) {
    switch (name) {
      case "language":
        return words.language();
      case "words":
        return words.json();
      default:
        return escape(
            STOCK.containsKey(name) ? words.stock(name, STOCK.get(name)) : words.of(name));
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
    try (InputStream in =
        Page.class.getResourceAsStream("/io/github/implicitbias/page/page.html")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
