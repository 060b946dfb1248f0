//! Descriptions are Markdown that somebody wrote: they become HTML that can neither run nor load anything.

use std::borrow::Cow;

use pulldown_cmark::{Alignment, CowStr, Event, HeadingLevel, Options, Parser, Tag, TagEnd, html};

/// Renders a description. Raw HTML shows as the text it is, images become links (the page loads nothing),
/// and a link keeps its address only when following it is harmless.
///
/// ```
/// # use gristmill::transform::artifacts::docs::markdown::render;
/// assert_eq!(render("a **b** <script>"), "<p>a <strong>b</strong> &lt;script&gt;</p>\n");
/// ```
pub fn render(text: &str) -> String {
    if text.trim().is_empty() {
        return String::new();
    }
    let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TASKLISTS;
    let mut out = String::with_capacity(text.len() * 3 / 2);
    html::push_html(&mut out, Parser::new_ext(text, options).map(harmless));
    out
}

fn harmless(event: Event<'_>) -> Event<'_> {
    match event {
        Event::Html(text) | Event::InlineHtml(text) => Event::Text(text),
        Event::Start(Tag::HtmlBlock) => Event::Start(Tag::Paragraph),
        Event::End(TagEnd::HtmlBlock) => Event::End(TagEnd::Paragraph),
        Event::Start(Tag::Link { link_type, dest_url, title, id }) => {
            Event::Start(Tag::Link { link_type, dest_url: address(dest_url), title, id })
        }
        Event::Start(Tag::Image { link_type, dest_url, title, id }) => {
            Event::Start(Tag::Link { link_type, dest_url: address(dest_url), title, id })
        }
        Event::End(TagEnd::Image) => Event::End(TagEnd::Link),
        // Alignment would become style attributes, which the page's policy refuses.
        Event::Start(Tag::Table(columns)) => Event::Start(Tag::Table(vec![Alignment::None; columns.len()])),
        // The page's own headings come first; a description's headings stand below them.
        Event::Start(Tag::Heading { level, id, classes, attrs }) => {
            Event::Start(Tag::Heading { level: lower(level), id, classes, attrs })
        }
        Event::End(TagEnd::Heading(level)) => Event::End(TagEnd::Heading(lower(level))),
        other => other,
    }
}

fn lower(level: HeadingLevel) -> HeadingLevel {
    match level {
        HeadingLevel::H1 => HeadingLevel::H3,
        HeadingLevel::H2 => HeadingLevel::H4,
        HeadingLevel::H3 => HeadingLevel::H5,
        HeadingLevel::H4 | HeadingLevel::H5 | HeadingLevel::H6 => HeadingLevel::H6,
    }
}

fn address(url: CowStr<'_>) -> CowStr<'_> {
    if is_harmless(&url) { url } else { CowStr::Borrowed("#") }
}

/// True for an address that is safe to offer as a link: the web, mail, or a place on this page.
pub fn is_harmless(url: &str) -> bool {
    // Browsers skip white space and control characters inside a scheme, so they are skipped here too.
    let cleaned: Cow<'_, str> = url.chars().filter(|c| !c.is_control() && !c.is_whitespace()).collect();
    match cleaned.split_once(':') {
        Some((scheme, _)) if !scheme.contains(['/', '?', '#']) => {
            matches!(scheme.to_ascii_lowercase().as_str(), "http" | "https" | "mailto")
        }
        Some(_) | None => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_could_run_shows_as_text() {
        let shown =
            render("</script><script>alert(1)</script>\n\n<img src=x onerror=alert(1)>\n\ntext <b onclick=x>b</b>");
        for tag in ["<script", "</script", "<img", "<b"] {
            assert!(!shown.contains(tag), "{shown}");
        }
    }

    #[test]
    fn images_become_links_and_bad_addresses_lead_nowhere() {
        assert_eq!(render("![logo](https://a.example/x.png)"), "<p><a href=\"https://a.example/x.png\">logo</a></p>\n");
        for bad in ["javascript:alert(1)", "java\tscript:x", " JavaScript:x", "data:text/html,x", "vbscript:x"] {
            assert!(!is_harmless(bad), "{bad}");
        }
        for good in ["https://a.example", "mailto:a@b.example", "#!/model/x", "../a:b", "orders?x=a:b"] {
            assert!(is_harmless(good), "{good}");
        }
        assert_eq!(render("[x](javascript:alert(1))"), "<p><a href=\"#\">x</a></p>\n");
    }

    #[test]
    fn headings_stand_below_the_pages_own() {
        assert_eq!(render("# One\n\n###### Six"), "<h3>One</h3>\n<h6>Six</h6>\n");
    }
}
