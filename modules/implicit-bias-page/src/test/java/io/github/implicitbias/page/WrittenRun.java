package io.github.implicitbias.page;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.zip.GZIPInputStream;

/** Reads the parts of a run out of a page that was written as a file. */
final class WrittenRun {

  private final String html;

  WrittenRun(Path file) throws IOException {
    html = Files.readString(file);
  }

  byte[] part(String name) throws IOException {
    String mark = "id=\"ib-" + name + "\">";
    int from = html.indexOf(mark) + mark.length();
    String text = html.substring(from, html.indexOf('<', from));
    byte[] packed = Base64.getDecoder().decode(text);
    return new GZIPInputStream(new ByteArrayInputStream(packed)).readAllBytes();
  }

  JsonNode json(String name) throws IOException {
    return new ObjectMapper().readTree(new String(part(name), StandardCharsets.UTF_8));
  }
}
