package io.github.implicitbias.page;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The page as one file: styles, uPlot and our script within it, no address of anything else. The
 * policy in the file allows these by their hashes, and no connection at all.
 */
final class FileHtml {

  private static final Pattern IMPORT = Pattern.compile("(from|import) ?'\\./([a-z-]+\\.js)'");
  private static final Pattern MAIN = Pattern.compile("<main.*</main>", Pattern.DOTALL);
  private static final Pattern LANGUAGE = Pattern.compile("<html lang=\"([A-Za-z-]+)\"");
  private static final Pattern WORDS =
      Pattern.compile("<script type=\"application/json\".*?</script>", Pattern.DOTALL);

  /** Puts the data of the page where they belong. */
  interface Data {
    void write(OutputStream out) throws Refusal, IOException;
  }

  private final Assets assets;
  private final Words language;

  FileHtml(Assets assets, Words language) {
    this.assets = assets;
    this.language = language;
  }

  void write(String title, Data data, OutputStream out) throws Refusal, IOException {
    String page = Page.html(language);
    Matcher main = MAIN.matcher(page);
    Matcher found = LANGUAGE.matcher(page);
    if (!main.find()) {
      throw new IllegalStateException("The page has no main part");
    }
    StringBuilder words = new StringBuilder();
    for (Matcher block = WORDS.matcher(page); block.find(); ) {
      if (block.end() < main.start() || block.start() > main.end()) {
        words.append(block.group()).append('\n');
      }
    }
    String styles = "";
    for (String name : List.of("uplot.css", "file.css", Assets.STYLE)) {
      styles += text(name) + "\n";
    }
    String plot = text("uplot.js");
    String script = text(Assets.SCRIPT);
    String policy =
        "default-src 'none'; img-src data: blob:; style-src "
            + hash(styles)
            + "; script-src "
            + hash(plot)
            + " "
            + hash(script)
            + "; base-uri 'none'; form-action 'none'";
    print(
        out,
        "<!DOCTYPE html>\n<html lang=\"",
        found.find() ? found.group(1) : "en",
        "\">\n<head>\n<meta charset=\"utf-8\">\n",
        "<meta http-equiv=\"content-security-policy\" content=\"" + policy + "\">\n",
        "<title>" + Page.escape(title) + "</title>\n",
        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n",
        "<meta name=\"color-scheme\" content=\"light dark\">\n",
        "<style>" + styles + "</style>\n" + words + "</head>\n<body class=\"ib-alone\">\n",
        main.group(),
        "\n");
    data.write(out);
    print(
        out,
        "<script>" + plot + "</script>\n",
        "<script type=\"module\">" + script + "</script>\n",
        "</body>\n</html>\n");
  }

  private static void print(OutputStream out, String... texts) throws IOException {
    for (String text : texts) {
      out.write(text.getBytes(StandardCharsets.UTF_8));
    }
  }

  private String text(String name) throws IOException {
    Assets.Asset asset = assets.find(name);
    if (asset == null) {
      throw new IOException("There is no " + name);
    }
    String text = new String(asset.plain, StandardCharsets.UTF_8);
    if (text.contains("</script") || text.contains("</style")) {
      throw new IllegalStateException(name + " cannot be put into a page");
    }
    return text;
  }

  private static String hash(String text) {
    try {
      byte[] sum =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return "'sha256-" + Base64.getEncoder().encodeToString(sum) + "'";
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every Java has it
    }
  }
}
