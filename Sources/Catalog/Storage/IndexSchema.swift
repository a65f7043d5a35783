package import GRDB

/// The tables of an index file.
///
/// - `meta`: one value a key (settings, counts, generation).
/// - `products`: what was indexed, readable with any SQLite tool; `number` is the document number everything else uses.
/// - `search`: the FTS5 index (contentless: the text is in `products`), fed with pre-analyzed tokens.
///   It answers phrases; lengths of documents are in `columns`, so it keeps none (`columnsize = 0`).
/// - `postings`: per segment the terms in byte order with their posting lists, some dozens to a block (`TermBlock`), and a
///   block for itself for a long list. Terms that start with a NUL are filter keys (`FilterKey`). Segment 0 is the build,
///   each update adds one.
/// - `columns`: one fixed-width value a document, per range of 65,536 documents.
/// - `fields`: the attributes and other fields that filters and facets may name.
package enum IndexSchema {
    /// Changes whenever an older reader could misread a newer index.
    package static let version = "3"

    /// Marks a file as an index in SQLite's own header ("AISL"), so that other files are not replaced by mistake.
    package static let applicationID: UInt32 = 0x4149_534C

    /// Makes the tables of an empty file.
    ///
    /// A build writes FTS5's segments itself. An update has FTS5 collect 16 MiB of postings before it writes one: more do
    /// not fit the processor's caches, and merging segments would cost more than looking a phrase up in each.
    package static func create(_ database: Database) throws {
        try database.execute(
            sql: """
                PRAGMA application_id = \(applicationID);
                CREATE TABLE meta (key TEXT PRIMARY KEY, value) WITHOUT ROWID;
                CREATE TABLE products (
                    number INTEGER PRIMARY KEY,
                    id TEXT NOT NULL UNIQUE,
                    title TEXT NOT NULL,
                    brand TEXT,
                    categories TEXT,
                    attributes TEXT,
                    description TEXT,
                    currency TEXT,
                    availability TEXT,
                    url TEXT,
                    image_url TEXT,
                    group_id TEXT,
                    price REAL,
                    sale_price REAL,
                    rating REAL,
                    rating_count INTEGER,
                    language TEXT NOT NULL
                );
                CREATE VIRTUAL TABLE search USING fts5(
                    title, brand, category, attributes, description,
                    content = '', columnsize = 0, tokenize = 'aisle preanalyzed'
                );
                CREATE TABLE postings (
                    segment INTEGER NOT NULL,
                    first BLOB NOT NULL,
                    block BLOB NOT NULL,
                    PRIMARY KEY (segment, first)
                ) WITHOUT ROWID;
                CREATE TABLE columns (
                    name TEXT NOT NULL,
                    range INTEGER NOT NULL,
                    data BLOB NOT NULL,
                    PRIMARY KEY (name, range)
                ) WITHOUT ROWID;
                CREATE TABLE fields (
                    name TEXT PRIMARY KEY,
                    label TEXT NOT NULL,
                    products INTEGER NOT NULL
                ) WITHOUT ROWID;
                INSERT INTO search(search, rank) VALUES
                    ('hashsize', 16777216), ('automerge', 0), ('crisismerge', 64);
                """
        )
    }
}
