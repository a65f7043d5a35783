/// The names columns commonly have, in the languages shops are run in.
enum FieldNames {
    /// A column's name without case, punctuation, spaces and Google's prefix: what names are compared by.
    static func normalize(_ name: String) -> String {
        var text = Substring(name)
        if text.hasPrefix("g:") || text.hasPrefix("c:") { text = text.dropFirst(2) }
        if let plain = normalizeASCII(text) { return plain }
        let kept = text.lowercased().unicodeScalars.filter {
            $0.properties.isAlphabetic || $0.properties.numericType != nil
        }
        return String(String.UnicodeScalarView(kept))
    }

    private static func normalizeASCII(_ text: Substring) -> String? {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.utf8.count)
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "A")...UInt8(ascii: "Z"): bytes.append(byte | 0x20)
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"): bytes.append(byte)
            case 0x80...0xff: return nil
            default: break
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// How likely a column of this normalized name is the field: 0 is likeliest, nil is not at all.
    static func rank(of field: ProductField, for name: String) -> Int? { ranks[field]?[name] }

    /// The field a normalized name most likely stands for.
    static func field(for name: String) -> (field: ProductField, rank: Int)? { fields[name] }

    private static let ranks: [ProductField: [String: Int]] = {
        var ranks: [ProductField: [String: Int]] = [:]
        for (field, list) in table {
            for (rank, name) in list.split(whereSeparator: \.isWhitespace).enumerated()
            where ranks[field]?[String(name)] == nil {
                ranks[field, default: [:]][String(name)] = rank
            }
        }
        return ranks
    }()

    private static let fields: [String: (field: ProductField, rank: Int)] = {
        var fields: [String: (field: ProductField, rank: Int)] = [:]
        for (field, names) in ranks {
            for (name, rank) in names where fields[name].map({ rank < $0.rank }) ?? true {
                fields[name] = (field, rank)
            }
        }
        return fields
    }()

    /// Likeliest names first.
    ///
    /// Identifiers that are product codes too (`sku`, `ean`) stand in both lists.
    private static let table: [(ProductField, String)] = [
        (
            .id,
            """
            id productid itemid idproduct objectid externalid entityid offerid articleid uid uuid _id pid prodid docid
            商品id 产品id 商品编号 产品编号 商品编码 产品编码 编号 货号 商品番号 artikelid produktid idproduit idproducto
            идентификатор 상품번호 asin sku productsku itemsku skuid code productcode itemcode articlenumber articleno
            itemnumber itemno partnumber artikelnummer artikelnr artnr artno bestellnummer bestellnr produktnummer
            référence reference référenceproduit ref codearticle codeproduit código codigo códigodeproducto referencia
            артикул кодтовара код handle urlkey upc upcean ean ean13 gtin gtin13 gtin14 barcode eancode strichcode
            isbn mpn number nr no
            """
        ),
        (
            .title,
            """
            title producttitle itemtitle name productname itemname displayname producttitel titel 标题 商品标题 产品标题 商品名称 产品名称
            品名 商品名 名称 宝贝标题 宝贝名称 bezeichnung artikelbezeichnung produktname produktbezeichnung artikelname
            titre nom nomduproduit nomproduit désignation designation libellé libelle título titulo nombre nombredelproducto
            nombreproducto denominación denominacion название наименование наименованиетовара названиетовара имя титул 상품명
            nome nomeprodotto naam productnaam nazwa nazwaproduktu namn labelname label product item fullname longname
            shortname posttitle heading headline model
            """
        ),
        (
            .brand,
            """
            brand brandname productbrand brands manufacturer manufacturername vendor vendorname maker make supplier
            suppliername brandlabel brandtitle 品牌 品牌名称 牌子 厂商 制造商 生产商 供应商 ブランド メーカー marke hersteller
            herstellername lieferant marque fabricant fournisseur marca fabricante proveedor бренд марка производитель
            поставщик 브랜드 merk marka producent manufacturerbrand
            """
        ),
        (
            .category,
            """
            category categoryname categories categorypath productcategory productcategories categoryhierarchy producttype
            googleproductcategory maincategory categorytree breadcrumb breadcrumbs producttypes taxonomy categoriesname
            categorytitle department productclass productgroup subcategory subcategoryname category1 category2 category3
            分类 类目 类别 商品分类 产品分类 商品类目 品类 カテゴリ カテゴリー kategorie kategorien warengruppe produktkategorie
            produktgruppe catégorie categorie catégories rayon famille categoría categoria categorías familia категория
            категории группа раздел группатоваров 카테고리 kategoria genre genres
            """
        ),
        (
            .description,
            """
            description productdescription itemdescription bodyhtml longdescription fulldescription descriptionlong body
            details detail overview desc longdesc content summary abstract shortdescription descriptionshort shortdesc
            subtitle 描述 商品描述 产品描述 详情 商品详情 简介 介绍 产品介绍 説明 商品説明 beschreibung produktbeschreibung
            artikelbeschreibung langbeschreibung langtext kurzbeschreibung kurztext descriptif descriptionproduit
            descriptionlongue descriptioncourte descripción descripcion descripcionlarga descripcioncorta описание
            описаниетовара краткоеописание 상품설명 descrizione beschrijving opis features productfeatures highlights
            """
        ),
        (
            .price,
            """
            price productprice itemprice currentprice priceamount regularprice unitprice sellingprice listprice retailprice
            finalprice pricewithvat grossprice msrp rrp 价格 售价 单价 商品价格 市场价 原价 価格 preis verkaufspreis
            bruttopreis einzelpreis stückpreis prix prixttc prixdevente tarif precio preciodeventa pvp цена стоимость
            розничнаяцена 가격 prezzo prijs cena pricevalue priceprice offersprice pricegross
            """
        ),
        (
            .salePrice,
            """
            saleprice specialprice discountprice discountedprice promoprice promotionprice offerprice reducedprice 促销价
            折扣价 优惠价 特价 现价 セール価格 angebotspreis sonderpreis aktionspreis prixpromo prixsoldé preciooferta
            preciorebajado ценасоскидкой
            """
        ),
        (
            .currency,
            """
            currency pricecurrency currencycode currencyid pricecurrencycode 币种 货币 währung waehrung devise monnaie moneda
            divisa валюта 通貨
            """
        ),
        (
            .availability,
            """
            availability instock isinstock stockstatus availabilitystatus available isavailable 库存状态 是否有货 verfügbarkeit
            verfuegbarkeit lieferbarkeit disponibilité disponibilite disponibilidad наличие вналичии доступность
            """
        ),
        (
            .quantity,
            """
            quantity qty stock stockquantity inventory inventoryquantity stocklevel quantityinstock stockqty availablequantity
            unitsinstock onhand 库存 库存数量 数量 在庫数 menge bestand lagerbestand anzahl quantité quantite cantidad
            existencias количество остаток
            """
        ),
        (
            .url,
            """
            url link productlink producturl itemurl itemlink canonicalurl weburl pageurl permalink deeplink href onlineurl
            链接 网址 商品链接 产品链接 produktlink lien urlproduit enlace ссылка
            """
        ),
        (
            .image,
            """
            imagelink image imageurl mainimage imageurl1 picture pictureurl img imgurl thumbnail thumbnailurl photo photourl
            productimage primaryimage baseimage imagesrc 图片 主图 图片链接 商品图片 图片地址 画像 bild bildurl bildlink produktbild
            photoproduit imageprincipale imagen fotografía фото изображение картинка
            """
        ),
        (
            .group,
            "itemgroupid groupid parentid parentsku parentproductid variantgroup variantgroupid masterid stylecode"
        ),
        (
            .rating,
            """
            rating averagerating ratingaverage avgrating ratingvalue reviewrating reviewaverage customerreviewaverage stars
            ratingsaverage reviewsrating 评分 bewertung valoración рейтинг
            """
        ),
        (
            .ratingCount,
            """
            ratingcount reviewcount reviewscount numreviews ratingscount numberofreviews ratingscnt reviewcnt totalreviews
            customerreviewcount 评论数 评价数 anzahlbewertungen количествоотзывов
            """
        ),
        (
            .gtin,
            """
            gtin gtin13 gtin14 gtin12 gtin8 ean ean13 ean8 upc upcean upca barcode eancode isbn isbn13 jan 条码 条形码 国际条码
            strichcode codebarre codebarres codeàbarres codigodebarras códigodebarras штрихкод バーコード
            """
        ),
        (
            .mpn,
            """
            mpn manufacturerpartnumber partnumber modelnumber modelno manufacturernumber herstellernummer herstellerartikelnummer
            mpnr 型号 referencefabricant номермодели
            """
        ),
        (.sku, "sku productsku itemsku variantsku skuid articlenumber artikelnummer артикул 货号"),
    ]
}
