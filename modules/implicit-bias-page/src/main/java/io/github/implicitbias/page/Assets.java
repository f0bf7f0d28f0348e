package io.github.implicitbias.page;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import java.util.zip.CRC32;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/** Scripts and styles of the page, made lean and compressed once. */
final class Assets {

  private static final Pattern NAME = Pattern.compile("[a-z-]{1,40}\\.(js|css)");
  private static final String FOLDER = "/io/github/implicitbias/page/assets/";
  private static final String UPLOT = "/META-INF/resources/webjars/uplot/1.6.30/dist/";
  private static final Map<String, String> OTHERS =
      Map.of(
          "uplot.js", UPLOT + "uPlot.iife.min.js",
          "uplot.css", UPLOT + "uPlot.min.css");

  /** All our scripts in one, and all our styles. */
  static final String SCRIPT = "all.js";

  static final String STYLE = "all.css";

  private static final List<String> STYLES =
      List.of("implicit-bias.css", "network.css", "runs.css");

  /** What is sent. */
  static final class Asset {
    final byte[] plain;
    final byte[] packed;
    final String tag;
    final String type;

    Asset(byte[] plain, String type) throws IOException {
      this.plain = plain;
      this.type = type;
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      try (GZIPOutputStream zip = new GZIPOutputStream(bytes)) {
        zip.write(plain);
      }
      packed = bytes.toByteArray();
      CRC32 sum = new CRC32();
      sum.update(plain);
      tag = '"' + Long.toHexString(sum.getValue()) + '"';
    }
  }

  private final Map<String, Asset> assets = new ConcurrentHashMap<>();

  /** Finds an asset by its name, null if there is none; reads it the first time. */
  @Nullable Asset find(String name) throws IOException {
    Asset asset = assets.get(name);
    if (asset == null && NAME.matcher(name).matches()) {
      String text = text(name);
      if (text != null) {
        boolean isScript = name.endsWith(".js");
        if (!OTHERS.containsKey(name)) {
          text = isScript ? Lean.script(text) : Lean.style(text);
        }
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        asset = new Asset(bytes, isScript ? "text/javascript" : "text/css");
        assets.put(name, asset);
      }
    }
    return asset;
  }

  private static @Nullable String text(String name) throws IOException {
    if (name.equals(SCRIPT)) {
      return Bundle.of("main.js", Assets::text);
    }
    if (name.equals(STYLE)) {
      StringBuilder all = new StringBuilder();
      for (String one : STYLES) {
        all.append(text(one)).append('\n');
      }
      return all.toString();
    }
    String path = OTHERS.getOrDefault(name, FOLDER + name);
    try (InputStream in = Assets.class.getResourceAsStream(path)) {
      return in == null ? null : new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
