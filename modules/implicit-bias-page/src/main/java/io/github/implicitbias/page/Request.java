package io.github.implicitbias.page;

import java.util.Objects;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** What a browser asks for, as any HTTP server knows it. Immutable. */
final class Request {

  private final String path;
  private final @Nullable String query;
  private final UnaryOperator<@Nullable String> headers;

  /**
   * Describes a GET request.
   *
   * @param path path of the address, as sent
   * @param query what stands behind the question mark, as sent; null for nothing
   * @param headers returns the value of a header, null if it was not sent; names in lower case
   */
  public Request(String path, @Nullable String query, UnaryOperator<@Nullable String> headers) {
    this.path = Objects.requireNonNull(path);
    this.query = query;
    this.headers = Objects.requireNonNull(headers);
  }

  /** Returns the path, as sent. */
  public String path() {
    return path;
  }

  /** Returns the query, as sent; null for none. */
  public @Nullable String query() {
    return query;
  }

  /** Returns the value of a header, null if it was not sent. */
  public @Nullable String header(String name) {
    return headers.apply(name);
  }
}
