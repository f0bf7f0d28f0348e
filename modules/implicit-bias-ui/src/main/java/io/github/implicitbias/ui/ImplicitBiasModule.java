package io.github.implicitbias.ui;

import io.github.implicitbias.listener.ImplicitBiasBlock;
import io.github.implicitbias.page.PageServer;
import io.github.implicitbias.page.Response;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;
import org.deeplearning4j.core.storage.StatsStorage;
import org.deeplearning4j.core.storage.StatsStorageEvent;
import org.deeplearning4j.ui.api.HttpMethod;
import org.deeplearning4j.ui.api.Route;
import org.deeplearning4j.ui.api.UIModule;
import org.deeplearning4j.ui.i18n.I18NResource;

/**
 * The page "Implicit bias" in the DL4J training UI: its routes, and the storages whose runs it
 * shows. What is answered is made by {@link PageServer}.
 *
 * <p>DL4J finds it through the service file; nothing has to be called. The page is at {@code
 * /train/implicit-bias}, in multi-session mode at {@code /train/<session>/implicit-bias}; {@code
 * /implicit-bias} leads to the right one in both modes, also for sessions that have only records of
 * ours, which the stock pages do not list.
 */
public final class ImplicitBiasModule implements UIModule {

  private static final List<String> ROUTES =
      List.of(
          PageServer.PAGE,
          "/train/:sessionId/implicit-bias",
          PageServer.SHORT,
          PageServer.PAGE + "/assets/:name",
          PageServer.PAGE + "/data/:what",
          PageServer.PAGE + "/file",
          PageServer.PAGE + "/runs.html",
          PageServer.PAGE + "/visits.csv");

  private final Guard guard = new Guard();
  private final StatsStorageRuns runs = new StatsStorageRuns();
  private final PageServer page = new PageServer(runs, new Dl4jSurroundings(runs));

  /** Called by DL4J through the service file. */
  public ImplicitBiasModule() {}

  @Override
  public List<String> getCallbackTypeIDs() {
    return List.of(ImplicitBiasBlock.TYPE_ID);
  }

  @Override
  public List<Route> getRoutes() {
    return ROUTES.stream()
        .map(path -> new Route(path, HttpMethod.GET, (arguments, context) -> answer(context)))
        .collect(Collectors.toList());
  }

  /** Storages read files and decode: never on the event loop, which serves all pages. */
  private void answer(RoutingContext context) {
    HttpServerRequest asked = context.request();
    // In HTTP/2 the host is no header.
    String host = asked.host();
    String path = asked.path();
    String query = asked.query();
    context
        .vertx()
        .<Response>executeBlocking(
            promise ->
                promise.complete(
                    page.answer(
                        path, query, name -> name.equals("host") ? host : asked.getHeader(name))),
            false,
            made -> {
              if (made.succeeded()) {
                send(made.result(), asked.response());
              } else {
                guard.report("answer a request", made.cause());
                end(asked.response());
              }
            });
  }

  private void send(Response response, HttpServerResponse to) {
    boolean sending = false;
    try {
      if (!to.closed() && !to.ended()) {
        to.setStatusCode(response.status());
        response.headers().forEach(to::putHeader);
        if (response.file() == null) {
          to.end(Buffer.buffer(response.body()));
        } else {
          to.sendFile(response.file().toString(), sent -> page.sent(response));
          sending = true;
        }
      }
    } catch (RuntimeException e) {
      guard.report("send an answer", e);
      end(to);
    } finally {
      if (!sending) {
        page.sent(response);
      }
    }
  }

  /** Whatever went wrong, nobody is left waiting. */
  private void end(HttpServerResponse response) {
    guard.run(
        "end an answer",
        () -> {
          if (!response.closed() && !response.ended()) {
            response.setStatusCode(500).end();
          }
        });
  }

  /** Says when it pays to ask a storage; the page asks for what is in it all the same. */
  @Override
  public void reportStorageEvents(Collection<StatsStorageEvent> events) {
    guard.run("take note of records", () -> events.forEach(runs::told));
  }

  @Override
  public void onAttach(StatsStorage storage) {
    guard.run("attach a storage", () -> runs.attach(storage));
  }

  @Override
  public void onDetach(StatsStorage storage) {
    guard.run("detach a storage", () -> runs.detach(storage));
  }

  /** The words of the page, for the entry in the menu of the stock pages. */
  @Override
  public List<I18NResource> getInternationalizationResources() {
    return PageServer.wordTables().stream().map(I18NResource::new).collect(Collectors.toList());
  }
}
