package io.github.implicitbias.page;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a browser gets: a status, headers, and bytes or a file. Complete when it is returned. */
public final class Response {

  private static final byte[] NOTHING = {};

  private final int status;
  private final Map<String, String> headers = new LinkedHashMap<>();
  private final byte[] body;
  private final @Nullable Path file;

  private Response(int status, byte[] body, @Nullable Path file) {
    this.status = status;
    this.body = body;
    this.file = file;
    header("x-content-type-options", "nosniff");
  }

  static Response of(int status, String type, byte[] body) {
    return new Response(status, body, null).header("content-type", type);
  }

  static Response text(int status, String text) {
    return of(status, "text/plain; charset=utf-8", text.getBytes(StandardCharsets.UTF_8));
  }

  static Response empty(int status) {
    return new Response(status, NOTHING, null);
  }

  static Response file(String type, Path file) {
    return new Response(200, NOTHING, file).header("content-type", type);
  }

  Response header(String name, String value) {
    headers.put(name, value);
    return this;
  }

  /** Returns the HTTP status. */
  public int status() {
    return status;
  }

  /** Returns the headers, names in lower case, without the length. */
  public Map<String, String> headers() {
    return Collections.unmodifiableMap(headers);
  }

  /** Returns the bytes to send; empty if there are none, or a file is to be sent. */
  public byte[] body() {
    return body.clone();
  }

  /**
   * Returns the file to send, null if there is none. It lies in a folder of its own, which nobody
   * else can read; {@link PageServer#sent} deletes both.
   */
  public @Nullable Path file() {
    return file;
  }
}
