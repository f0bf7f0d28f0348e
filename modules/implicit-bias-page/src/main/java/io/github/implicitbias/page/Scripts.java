package io.github.implicitbias.page;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.zip.GZIPOutputStream;

/** Writes parts of a run as script elements of a page: base64 of gzip, which the page unpacks. */
final class Scripts {

  private final OutputStream out;
  private final String prefix;
  private final JsonFactory json = new JsonFactory(new ObjectMapper());

  /**
   * Writes parts into a page.
   *
   * @param prefix what tells the parts of one run from those of another, empty for one run
   */
  Scripts(OutputStream out, String prefix) {
    this.out = out;
    this.prefix = prefix;
  }

  /** Returns a writer of JSON whose output is packed on the way. */
  JsonGenerator generator(OutputStream packed) throws IOException {
    return json.createGenerator(new GZIPOutputStream(packed));
  }

  void write(String name, JsonNode node) throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (JsonGenerator writer = generator(packed)) {
      writer.writeTree(node);
    }
    write(name, packed);
  }

  void pack(String name, ByteArrayOutputStream bytes) throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (OutputStream packing = new GZIPOutputStream(packed)) {
      bytes.writeTo(packing);
    }
    write(name, packed);
  }

  /** Base64 has nothing in it that could end a script element, whatever the run is called. */
  void write(String name, ByteArrayOutputStream packed) throws IOException {
    out.write(
        ("<script type=\"text/plain\" id=\"ib-" + prefix + name + "\">")
            .getBytes(StandardCharsets.UTF_8));
    out.write(Base64.getEncoder().encode(packed.toByteArray()));
    out.write("</script>\n".getBytes(StandardCharsets.UTF_8));
  }
}
