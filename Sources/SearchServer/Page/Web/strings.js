// Every text of the interface, once in each language. `{name}` is filled in; keys ending in `.one` and `.other` are
// chosen by number.

export const strings = {
  en: {
    languageName: 'English', switchLanguage: '中文', switchLanguageLabel: '切换到中文',
    skip: 'Skip to content', views: 'Views', viewSearch: 'Search', viewRerank: 'Rerank', viewEvaluate: 'Evaluate',
    theme: 'Theme', themeAuto: 'Theme: as the system', themeLight: 'Theme: light', themeDark: 'Theme: dark',
    keyTitle: 'API key', keyExplain: 'This server asks for a key with the scope “search”. It stays in this tab until you close it.',
    keyWrong: 'The server did not accept this key.', keyUse: 'Use key', keyForget: 'Forget key', cancel: 'Cancel',

    searchLabel: 'Search products', searchHint: 'Search products', searchButton: 'Search', clear: 'Clear',
    suggestions: 'Suggestions', 'suggestionCount.one': '{count} suggestion', 'suggestionCount.other': '{count} suggestions',
    more: 'More options', instruction: 'Instruction to the reranker',
    instructionHint: 'What makes a product relevant, in one sentence',
    budget: 'Time budget', budgetHint: 'server’s', budgetUnit: 'ms', apply: 'Apply', requestTitle: 'The same request with curl', copy: 'Copy', copied: 'Copied',
    stage: 'Ranking', stageBM25: 'BM25', stageRerank: 'Reranked', stageFused: 'Blended',
    stageBM25Explain: 'First stage only: words in common', stageRerankExplain: 'By the reranker’s score', stageFusedExplain: 'Reranker and BM25 together',
    sort: 'Sort', sortRelevance: 'Relevance', sortPriceUp: 'Price, low to high', sortPriceDown: 'Price, high to low', sortRating: 'Rating',
    results: 'Results', 'resultCount.one': '{count} product', 'resultCount.other': '{count} products', resultCountUnknown: 'Products', resultRange: '{first}–{last}',
    announce: '{results}. {stage}. Page {page}.',
    didYouMean: 'Did you mean {query}?',
    noResults: 'Nothing found', noResultsFor: 'Nothing found for “{query}”', noResultsHint: 'Try fewer or other words.', noResultsFilters: 'The filters leave nothing.', removeFilters: 'Remove all filters',
    relaxed: 'No product has all of these words. These have some of them.',
    partial: 'Time ran out before all products were looked at.', truncated: 'The query is very long. Only its beginning was used.',
    filters: 'Filters', 'filtersShow.one': 'Show {count} product', 'filtersShow.other': 'Show {count} products', filtersActive: 'Active filters', removeFilter: 'Remove filter {name}',
    brand: 'Brand', category: 'Category', price: 'Price', priceFrom: 'from', priceTo: 'to', priceUnder: 'under {price}', priceUpTo: 'up to {price}', priceOver: '{price} and more', rating: 'Rating', ratingAny: 'Any', ratingFrom: '{rating} and up', availability: 'Availability',
    inStockOnly: 'In stock only', showMore: 'Show more', showFewer: 'Show fewer',
    value_in_stock: 'In stock', value_out_of_stock: 'Sold out', value_preorder: 'Pre-order', value_backorder: 'On back order', value_discontinued: 'Discontinued',
    'ratings.one': '{rating} out of 5, {count} rating', 'ratings.other': '{rating} out of 5, {count} ratings', ratingOnly: '{rating} out of 5',
    rank: 'Rank {rank}', movedUp: 'Up {count} from the first stage', movedDown: 'Down {count} from the first stage', movedNot: 'Same place as in the first stage', pinnedIn: 'Not among the first stage’s candidates',
    moved: '{up} up, {down} down, {same} in place',
    scoreBM25: 'BM25', scoreRelevance: 'Relevance', notScored: 'Not scored',
    why: 'Why here?', whyPlace: 'Place', whyFirst: 'First stage', whyNow: 'Here', whyRule: 'Shop rule', rule_pinned: 'pinned', rule_buried: 'buried',
    whyWords: 'First stage: BM25', whyTerm: 'Term', whyFrequency: 'Frequency', whyDocuments: 'Products', whyIdf: 'idf', whyShare: 'Adds', whyLength: '{length} words; the mean is {mean}.', whyNoWords: 'No words were matched.',
    whyModel: 'Second stage: reranker', whyProbability: 'Probability', whyMargin: 'Margin', whyMarginExplain: 'log-odds of “yes”', whyUnscored: 'Not scored by the reranker.',
    whyBlend: 'Blend', whyFused: 'Sum', term_margin: 'Margin', term_bm25: 'BM25', term_clicks: 'Clicks', term_rerank_rank: 'Reranker’s place', term_first_stage_rank: 'First stage’s place', whyProduct: 'Product',
    pages: 'Pages', previous: 'Previous', next: 'Next', page: 'Page {page}',
    timeFirst: 'First stage', timeRerank: 'Reranker', timeTotal: 'Total',
    scoredOf: '{scored} of {candidates} candidates scored', cached: '{count} from cache',
    noticePartial: 'Partly reranked', noticePartialText: '{scored} of {candidates} candidates were scored; the others follow in first-stage order.',
    noticeFailed: 'Not reranked', noticeFailedText: 'These results are in first-stage order.',
    noticeSkipped: 'Not reranked', noticeSkippedText: 'These results are in first-stage order.',
    reason: 'Reason: {reason}.', 'noticeDropped.one': '{count} hit was left out for its low score.', 'noticeDropped.other': '{count} hits were left out for their low scores.',
    errorTitle: 'The server did not answer this', errorUnreachable: 'The server cannot be reached', errorUnreachableText: 'It may have stopped, or the network is down.', errorNotAllowed: 'A key is needed', errorNotAllowedText: 'This server answers only with an API key.',
    errorField: 'Concerns: {field}', retry: 'Try again', enterKey: 'Enter key',

    rerankTitle: 'Rerank', rerankIntro: 'See what the model makes of a query and some products.',
    rerankQuery: 'Query', rerankQueryHint: 'What the shopper wants', rerankDocuments: 'Products, one a line', 'rerankLines.one': '{count} product', 'rerankLines.other': '{count} products',
    rerankRun: 'Rank', rerankRunning: 'Ranking …', rerankExamples: 'Load example', exampleLaptops: 'Laptops', exampleGifts: '礼物（中文）', exampleCross: 'Two languages',
    rerankEmpty: 'Load an example or write your own, then rank.', rerankMissing: 'A query and at least one product are needed.',
    rerankNoModel: 'No model is loaded', rerankNoModelText: 'Start the server with a model to use this view:',
    rerankOrder: 'Order', rerankProbability: 'Probability', rerankMargin: 'Margin',
    rerankMovedUp: 'Up {count} from the input', rerankMovedDown: 'Down {count} from the input', rerankMovedNot: 'Same place as in the input',
    rerankDone: '{count} ranked in {time}', rerankModel: 'Model: {model}', rerankPartial: '{scored} of {documents} products were scored before the time was up.',
    'rerankCut.one': '{count} product was too long and was cut.', 'rerankCut.other': '{count} products were too long and were cut.',

    evaluateTitle: 'Evaluate', evaluateIntro: 'Reports of aisle eval, latest first.', reportsNone: 'No reports yet',
    reportsNoneText: 'Write one into the folder the server shows:', reportsOff: 'No report folder is set', reportsOffText: 'Start the server with a folder of reports:',
    reportTab: 'Open in a new tab', reportBack: 'All reports', reportRun: 'Run', reportChange: 'against {baseline}', reportNoFigures: 'No figures lie beside this report.', reportQueries: '{count} queries',
    reportFrame: 'Report {name}', reportP: 'p = {p}', reportMissing: 'There is no report of this name.',
  },
  zh: {
    languageName: '中文', switchLanguage: 'English', switchLanguageLabel: 'Switch to English',
    skip: '跳到内容', views: '视图', viewSearch: '搜索', viewRerank: '重排', viewEvaluate: '评测',
    theme: '主题', themeAuto: '主题：跟随系统', themeLight: '主题：浅色', themeDark: '主题：深色',
    keyTitle: 'API 密钥', keyExplain: '此服务器需要具有“search”权限的密钥。密钥只保存在当前标签页，关闭后即清除。',
    keyWrong: '服务器未接受此密钥。', keyUse: '使用密钥', keyForget: '清除密钥', cancel: '取消',

    searchLabel: '搜索商品', searchHint: '搜索商品', searchButton: '搜索', clear: '清空',
    suggestions: '搜索建议', 'suggestionCount.one': '{count} 条建议', 'suggestionCount.other': '{count} 条建议',
    more: '更多选项', instruction: '给重排模型的指令',
    instructionHint: '用一句话说明怎样的商品才算相关',
    budget: '时间预算', budgetHint: '服务器默认', budgetUnit: '毫秒', apply: '应用', requestTitle: '用 curl 发出同样的请求', copy: '复制', copied: '已复制',
    stage: '排序方式', stageBM25: 'BM25', stageRerank: '重排', stageFused: '融合',
    stageBM25Explain: '仅第一阶段：按词语匹配', stageRerankExplain: '按重排模型的得分', stageFusedExplain: '重排模型与 BM25 结合',
    sort: '排列', sortRelevance: '相关度', sortPriceUp: '价格从低到高', sortPriceDown: '价格从高到低', sortRating: '评分',
    results: '搜索结果', 'resultCount.one': '{count} 件商品', 'resultCount.other': '{count} 件商品', resultCountUnknown: '商品', resultRange: '第 {first}–{last} 件',
    announce: '{results}。{stage}。第 {page} 页。',
    didYouMean: '您要找的是 {query} 吗？',
    noResults: '没有找到商品', noResultsFor: '没有找到与“{query}”相关的商品', noResultsHint: '请减少词语或换个说法。', noResultsFilters: '当前筛选条件下没有商品。', removeFilters: '清除全部筛选',
    relaxed: '没有商品包含全部词语，以下商品包含其中一部分。',
    partial: '时间已到，未能查完全部商品。', truncated: '查询过长，只使用了开头部分。',
    filters: '筛选', 'filtersShow.one': '查看 {count} 件商品', 'filtersShow.other': '查看 {count} 件商品', filtersActive: '已选筛选', removeFilter: '移除筛选 {name}',
    brand: '品牌', category: '类目', price: '价格', priceFrom: '最低', priceTo: '最高', priceUnder: '{price} 以下', priceUpTo: '不超过 {price}', priceOver: '{price} 及以上', rating: '评分', ratingAny: '不限', ratingFrom: '{rating} 分及以上', availability: '库存',
    inStockOnly: '仅看有货', showMore: '显示更多', showFewer: '收起',
    value_in_stock: '有货', value_out_of_stock: '缺货', value_preorder: '预售', value_backorder: '延期交货', value_discontinued: '停产',
    'ratings.one': '{rating} 分（满分 5 分），{count} 条评价', 'ratings.other': '{rating} 分（满分 5 分），{count} 条评价', ratingOnly: '{rating} 分（满分 5 分）',
    rank: '第 {rank} 名', movedUp: '比第一阶段上升 {count} 位', movedDown: '比第一阶段下降 {count} 位', movedNot: '与第一阶段位置相同', pinnedIn: '不在第一阶段的候选之中',
    moved: '{up} 件上升，{down} 件下降，{same} 件不变',
    scoreBM25: 'BM25', scoreRelevance: '相关度', notScored: '未打分',
    why: '为何在此？', whyPlace: '位置', whyFirst: '第一阶段', whyNow: '当前', whyRule: '店铺规则', rule_pinned: '置顶', rule_buried: '沉底',
    whyWords: '第一阶段：BM25', whyTerm: '词项', whyFrequency: '频次', whyDocuments: '商品数', whyIdf: 'idf', whyShare: '贡献', whyLength: '共 {length} 个词，平均 {mean} 个。', whyNoWords: '没有匹配的词语。',
    whyModel: '第二阶段：重排模型', whyProbability: '概率', whyMargin: '差值', whyMarginExplain: '“是”的对数几率', whyUnscored: '重排模型未给它打分。',
    whyBlend: '融合', whyFused: '合计', term_margin: '差值', term_bm25: 'BM25', term_clicks: '点击', term_rerank_rank: '重排名次', term_first_stage_rank: '第一阶段名次', whyProduct: '商品',
    pages: '分页', previous: '上一页', next: '下一页', page: '第 {page} 页',
    timeFirst: '第一阶段', timeRerank: '重排', timeTotal: '总计',
    scoredOf: '已为 {candidates} 件候选中的 {scored} 件打分', cached: '{count} 件取自缓存',
    noticePartial: '部分重排', noticePartialText: '{candidates} 件候选中有 {scored} 件已打分，其余按第一阶段顺序排在后面。',
    noticeFailed: '未能重排', noticeFailedText: '以下结果按第一阶段排序。',
    noticeSkipped: '未重排', noticeSkippedText: '以下结果按第一阶段排序。',
    reason: '原因：{reason}。', 'noticeDropped.one': '{count} 件商品因得分过低未显示。', 'noticeDropped.other': '{count} 件商品因得分过低未显示。',
    errorTitle: '服务器未能处理此请求', errorUnreachable: '无法连接服务器', errorUnreachableText: '服务器可能已停止，或网络中断。', errorNotAllowed: '需要密钥', errorNotAllowedText: '此服务器只在提供 API 密钥时应答。',
    errorField: '相关参数：{field}', retry: '重试', enterKey: '输入密钥',

    rerankTitle: '重排', rerankIntro: '看看模型如何为一条查询和几件商品排序。',
    rerankQuery: '查询', rerankQueryHint: '顾客想要什么', rerankDocuments: '商品，每行一件', 'rerankLines.one': '{count} 件商品', 'rerankLines.other': '{count} 件商品',
    rerankRun: '排序', rerankRunning: '正在排序…', rerankExamples: '载入示例', exampleLaptops: 'Laptops (English)', exampleGifts: '礼物', exampleCross: '中英混合',
    rerankEmpty: '载入示例或自行填写，然后排序。', rerankMissing: '需要一条查询和至少一件商品。',
    rerankNoModel: '未加载模型', rerankNoModelText: '启动服务器时指定模型即可使用此视图：',
    rerankOrder: '排序结果', rerankProbability: '概率', rerankMargin: '差值',
    rerankMovedUp: '比输入上升 {count} 位', rerankMovedDown: '比输入下降 {count} 位', rerankMovedNot: '与输入位置相同',
    rerankDone: '已排序 {count}，用时 {time}', rerankModel: '模型：{model}', rerankPartial: '时间用完之前，{documents} 件商品中有 {scored} 件已打分。',
    'rerankCut.one': '{count} 件商品过长，已截断。', 'rerankCut.other': '{count} 件商品过长，已截断。',

    evaluateTitle: '评测', evaluateIntro: 'aisle eval 生成的报告，最新的在前。', reportsNone: '还没有报告',
    reportsNoneText: '把报告写入服务器展示的文件夹：', reportsOff: '未设置报告文件夹', reportsOffText: '启动服务器时指定报告文件夹：',
    reportTab: '在新标签页打开', reportBack: '全部报告', reportRun: '运行', reportChange: '相对 {baseline}', reportNoFigures: '此报告旁没有数据文件。', reportQueries: '{count} 条查询',
    reportFrame: '报告 {name}', reportP: 'p = {p}', reportMissing: '没有这个名称的报告。',
  },
};

/** Reasons that the server always words the same way, in Chinese. Others are shown as they come. */
const reasons = {
  'there is no model: name one with --model': '没有模型，启动时用 --model 指定',
  'there is no query': '没有查询词',
  'there are no candidates': '没有候选商品',
  'the budget leaves no time for it': '时间预算不足以重排',
  'the budget was over': '时间预算已用完',
  'the reranker left candidates without a score': '重排模型没有给全部候选打分',
};

/** The texts of one language. */
export class Strings {
  constructor(language) {
    this.language = language in strings ? language : 'en';
    this.locale = this.language === 'zh' ? 'zh-CN' : (navigator.languages.find((tag) => tag.startsWith('en')) ?? 'en');
    this.plural = new Intl.PluralRules(this.locale);
  }

  /** A text with its places filled in. */
  text(key, values = {}) {
    return this.template(key).replace(/\{(\w+)\}/g, (place, name) => (name in values ? String(values[name]) : place));
  }

  /** A text that depends on a number; `shown` is the number as it is written. */
  count(key, count, shown = String(count)) {
    return this.text(`${key}.${this.plural.select(count) === 'one' ? 'one' : 'other'}`, { count: shown });
  }

  /** A text as pieces around one place, for an element in its middle. */
  around(key, name) {
    const [before, after = ''] = this.template(key).split(`{${name}}`);
    return [before, after];
  }

  /** A field's name as people read it. */
  field(name) {
    return strings[this.language][name] ?? (name.charAt(0).toUpperCase() + name.slice(1)).replaceAll('_', ' ');
  }

  /** A value of a field. */
  value(field, value) {
    return (field === 'availability' && strings[this.language][`value_${value}`]) || value;
  }

  /** A server's reason, without its final full stop. */
  reason(text) {
    const plain = text.replace(/[.。]$/, '');
    return (this.language === 'zh' && reasons[plain]) || plain;
  }

  has(key) {
    return key in strings[this.language];
  }

  template(key) {
    return strings[this.language][key] ?? key;
  }
}
