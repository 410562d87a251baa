package io.foolproof.report;

import gg.jte.ContentType;
import gg.jte.TemplateEngine;
import gg.jte.output.StringOutput;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/** Turns templates into pages that load nothing from elsewhere. */
public final class Page {
  private static final String STYLE = "report.css";

  private Page() {}

  /** Fills in a template that the build compiled. */
  public static String render(String template, Object page) {
    TemplateEngine engine =
        TemplateEngine.createPrecompiled(
            null, ContentType.Html, Page.class.getClassLoader(), Page.class.getPackageName());
    StringOutput output = new StringOutput();
    engine.render(template, page, output);
    return output.toString().strip() + "\n";
  }

  /** The style of all pages. */
  public static String style() {
    try (InputStream in = Page.class.getResourceAsStream(STYLE)) {
      return new String(Objects.requireNonNull(in, STYLE).readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
