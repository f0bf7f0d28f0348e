package io.github.implicitbias.page;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The words of the page in all its languages, and the page in each. */
class WordsTest {

  private static final String RESOURCES = "src/main/resources/io/github/implicitbias/page/";
  private static final String SCRIPTS = RESOURCES + "assets/";
  private static final Path TEMPLATE = Path.of(RESOURCES + "page.html");

  private static final Map<String, String> ENTRY =
      Map.of(
          "en", "Implicit bias",
          "de", "Impliziter Bias",
          "ja", "暗黙的バイアス",
          "zh", "隐式偏差",
          "ko", "암묵적 편향",
          "ru", "Неявное смещение");

  /** Forms that a language has for whole numbers. */
  private static final Map<String, Integer> FORMS =
      Map.of("en", 2, "de", 2, "ja", 1, "zh", 1, "ko", 1, "ru", 3);

  private static Map<String, String> table(String language) throws IOException {
    Map<String, String> table = new TreeMap<>();
    try (InputStream in = Words.class.getResourceAsStream("/" + Words.TABLES + language)) {
      for (String line : new String(in.readAllBytes(), StandardCharsets.UTF_8).split("\n")) {
        int at = line.indexOf('=');
        assertTrue(at > 0, line);
        assertEquals(null, table.put(line.substring(0, at), line.substring(at + 1)), line);
      }
    }
    return table;
  }

  @Test
  void everyLanguage_hasEveryWord_withItsPlaceholdersAndForms() throws Exception {
    Map<String, String> english = table("en");
    Pattern placeholder = Pattern.compile("\\{\\d}");
    for (String language : Words.LANGUAGES) {
      Map<String, String> table = table(language);
      assertEquals(english.keySet(), table.keySet(), language);
      table.forEach(
          (key, text) -> {
            String where = language + ": " + key;
            assertFalse(text.contains("\ufffd") || text.contains("<"), where);
            boolean counted = key.contains("|");
            String[] forms = text.split("\\|");
            assertEquals(counted ? FORMS.get(language) : 1, forms.length, where);
            for (String form : forms) {
              assertEquals(
                  found(placeholder, english.get(key).split("\\|")[0]),
                  found(placeholder, form),
                  where);
            }
            if (language.equals("en") && key.startsWith("implicitbias.")) {
              assertEquals(key, "implicitbias." + text, "English words are their own keys");
            }
          });
      assertEquals(ENTRY.get(language), table.get("train.nav.implicitbias"));
    }
  }

  private static Set<String> found(Pattern pattern, String text) {
    Set<String> all = new TreeSet<>();
    Matcher matcher = pattern.matcher(text);
    while (matcher.find()) {
      all.add(matcher.group());
    }
    return all;
  }

  @Test
  void wordsOfThePage_andWordsOfTheTables_areTheSame() throws Exception {
    Set<String> known =
        table("en").keySet().stream()
            .filter(key -> key.startsWith("implicitbias."))
            .map(key -> key.substring("implicitbias.".length()))
            .collect(Collectors.toCollection(TreeSet::new));
    String template = Files.readString(TEMPLATE);
    StringBuilder sources = new StringBuilder();
    try (Stream<Path> files = Files.list(Path.of(SCRIPTS))) {
      for (Path file : files.filter(f -> f.toString().endsWith(".js")).toArray(Path[]::new)) {
        sources.append(Files.readString(file));
      }
    }
    Set<String> asked = new TreeSet<>();
    Matcher inTemplate = Pattern.compile("\\{\\{([^{}]+)}}").matcher(template);
    while (inTemplate.find()) {
      asked.add(inTemplate.group(1));
    }
    asked.removeIf(word -> word.startsWith("train.") || Set.of("words", "language").contains(word));
    Matcher inScripts =
        Pattern.compile("(?:\\bt\\(|\\bcounted\\([^']*?, )'([^']+)'").matcher(sources);
    while (inScripts.find()) {
      asked.add(inScripts.group(1));
    }
    asked.removeAll(known);
    assertEquals(Set.of(), asked, "words without an entry in the tables");
    known.removeIf(
        word ->
            sources.indexOf("'" + word + "'") >= 0
                || sources.indexOf(word + ": '") >= 0
                || template.contains("{{" + word + "}}"));
    assertEquals(Set.of(), known, "entries that nothing asks for");
  }

  @Test
  void thePage_hasEveryWord_inEveryLanguage() {
    for (String language : Words.LANGUAGES) {
      Words words = Words.in(language, Surroundings.NONE);
      assertEquals(language, words.language());
      assertEquals(ENTRY.get(language), words.of("Implicit bias"));
      assertEquals("no such word", words.of("no such word"));
      String html = Page.html(words);
      assertTrue(html.contains("<html lang=\"" + language + "\">"), language);
      assertFalse(html.contains("{{"), html);
    }
    assertEquals("en", Words.in("\"><script>", Surroundings.NONE).language());
  }
}
